import Testing
import VoiceBrain
import VoicePipeline
import VoiceServer
import VoiceTesting

@Suite struct ConfigurationTests {
    private func read(
        _ environment: [String: String] = [:], dotEnv: String? = nil, flags: [(String, String)] = []
    ) throws(ConfigurationError) -> Configuration {
        try Configuration.read(
            dotEnv: dotEnv, environment: environment, flags: flags.map { (name: $0.0, value: $0.1) })
    }

    @Test func needsNothing() throws {
        let configuration = try read()
        #expect(configuration == Configuration())
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.chat == nil)
    }

    @Test func laterSourcesWin() throws {
        let dotEnv = "SERVER_PORT=1\nVOICE=a\nLOG_LEVEL=debug"
        let configuration = try read(
            ["SERVER_PORT": "2", "VOICE": "b"], dotEnv: dotEnv, flags: [("--server-port", "3")])
        #expect(configuration.port == 3)
        #expect(configuration.voice == "b")
        #expect(configuration.logLevel == .debug)
    }

    @Test func namesEveryMistakeAtOnce() {
        #expect {
            try read(
                ["SERVER_PORT": "eighty", "LOG_LEVEL": "loud", "LLM_MODEL": "x", "THREADS": "0"], dotEnv: "oops",
                flags: [("--colour", "red")])
        } throws: { error in
            (error as? ConfigurationError)?.mistakes == [
                ".env line 1 is not NAME=value",
                "SERVER_PORT must be a whole number from 0 to 65535, not “eighty”",
                "THREADS must be a whole number from 1 to 64, not “0”",
                "LOG_LEVEL must be one of debug, info, warning, error, not “loud”",
                "--colour is no option; `hotpin config` lists them",
                "LLM_MODEL or LLM_API_KEY is set but neither LLM_BASE_URL nor GROQ_API_KEY is",
            ]
        }
    }

    @Test func findsTheChatService() throws {
        #expect(
            try read(["GROQ_API_KEY": "gsk_x"]).chat
                == ChatEndpoint(
                    baseURL: "https://api.groq.com/openai/v1", model: "openai/gpt-oss-20b", key: "gsk_x"))
        #expect(try read(["GROQ_API_KEY": "gsk_x", "GROQ_MODEL": "m"]).chat?.model == "m")
        #expect(
            try read(["LLM_BASE_URL": "http://127.0.0.1:11434/v1", "LLM_MODEL": "llama3.2"]).chat
                == ChatEndpoint(baseURL: "http://127.0.0.1:11434/v1", model: "llama3.2", key: nil))
        let both = ["GROQ_API_KEY": "gsk_x", "LLM_BASE_URL": "http://127.0.0.1:11434/v1", "LLM_MODEL": "llama3.2"]
        #expect(try read(both).chat?.baseURL == "http://127.0.0.1:11434/v1")
        #expect(try read(["GROQ_API_KEY": "gsk_x", "LLM_MODEL": "b", "GROQ_MODEL": ""]).chat?.model == "b")
        #expect(throws: ConfigurationError.self) { try read(["LLM_BASE_URL": "localhost", "LLM_MODEL": "m"]) }
        #expect(throws: ConfigurationError.self) { try read(["LLM_BASE_URL": "http://localhost"]) }
    }

    @Test func readsWhereSessionsAreKept() throws {
        #expect(try read([:]).storage == Configuration.Storage())
        let storage = try read(["REDIS_URL": "redis://:secret@host:1/2", "HISTORY_DAYS": "0"]).storage
        #expect(storage.redis == RedisAddress(.tcp(host: "host", port: 1), password: "secret", database: 2))
        #expect(storage.historyDays == 0)
        #expect(try read(["REDIS_URL": ""]).storage.redis == nil)
        let listed = try read(["REDIS_URL": "redis://:secret@host"]).listed()
        #expect(!listed.contains { $0.value.contains("secret") })
        let mistakes = thrown(ConfigurationError.self) { try read(["REDIS_URL": "redis://:secret@host:port"]) }?
            .mistakes
        #expect(mistakes?.count == 1)
        #expect(mistakes?.first?.hasPrefix("REDIS_URL must be redis://") == true)
        #expect(mistakes?.first?.contains("secret") == false)
    }

    @Test func readsWhenAUserHasFinished() throws {
        #expect(try read([:]).turns == Configuration.Turns())
        let turns = try read([
            "VAD_THRESHOLD": "0.6", "ENDPOINT_MINIMUM_SPEECH_MS": "200", "ENDPOINT_PAUSE_MS": "100",
            "ENDPOINT_SILENCE_MS": "500", "ENDPOINT_SHORTEST_SILENCE_MS": "300",
            "ENDPOINT_LONGEST_SILENCE_MS": "2000", "TURN_DETECTOR": "Smart-Turn",
        ]).turns
        var expected = EndpointerSettings()
        expected.threshold = 0.6
        expected.minimumSpeech = 200
        expected.pause = 100
        expected.silence = 500
        expected.shortestSilence = 300
        expected.longestSilence = 2000
        #expect(turns.endpointing == expected)
        #expect(turns.detector == .smartTurn)
    }

    @Test(arguments: [
        ["VAD_THRESHOLD": "1.5"], ["VAD_THRESHOLD": "nan"], ["VAD_THRESHOLD": "0x1p-1"], ["VAD_THRESHOLD": "0,5"],
        ["VAD_THRESHOLD": ""], ["ENDPOINT_SILENCE_MS": "100"], ["ENDPOINT_SILENCE_MS": "0.5"],
        ["ENDPOINT_PAUSE_MS": "500", "ENDPOINT_SILENCE_MS": "500"], ["TURN_DETECTOR": "clever"],
    ])
    func saysWhatIsWrongWithTurns(environment: [String: String]) {
        let mistakes = thrown(ConfigurationError.self) { try read(environment) }?.mistakes
        #expect(mistakes?.count == 1)
        #expect(mistakes?.first?.contains(" must be ") == true)
    }

    @Test func neverPrintsAKey() throws {
        let secret = "gsk_very_secret"
        let listed = try read(["GROQ_API_KEY": secret]).listed()
        #expect(listed.first { $0.name == "GROQ_API_KEY" }?.value == "(set)")
        #expect(!listed.contains { $0.value.contains(secret) })
        #expect(
            try read(["LLM_BASE_URL": "http://x", "LLM_MODEL": "m", "LLM_API_KEY": secret]).listed()
                .first { $0.name == "LLM_API_KEY" }?.value == "(set)")
        #expect {
            try read(["GROQ_API_KEY": "line\nbreak"])
        } throws: { error in
            (error as? ConfigurationError)?.mistakes == ["GROQ_API_KEY is not one line"]
        }
    }
}

@Suite struct SecuritySettingsTests {
    private func read(_ environment: [String: String]) throws(ConfigurationError) -> Configuration {
        try Configuration.read(dotEnv: nil, environment: environment, flags: [])
    }

    @Test func listsAreBetweenCommas() throws {
        let security = try read([
            "API_KEYS": "first-key, second-key,,", "OPEN_ACCESS": "on",
            "ALLOWED_HOSTS": "hotpin.example, *.home.example",
            "ALLOWED_ORIGINS": "https://panel.example", "TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8",
        ]).security
        #expect(security.apiKeys == ["first-key", "second-key"])
        #expect(security.openAccess)
        #expect(security.allowedHosts == ["hotpin.example", "*.home.example"])
        #expect(security.allowedOrigins == ["https://panel.example"])
        #expect(security.trustedProxies.map(\.description) == ["127.0.0.1", "10.0.0.0/8"])
    }

    @Test func saysWhatEachMustBe() {
        for (name, value) in [
            ("ALLOWED_HOSTS", "https://hotpin.example"), ("ALLOWED_HOSTS", "a:80"), ("ALLOWED_HOSTS", "*"),
            ("ALLOWED_ORIGINS", "panel.example"), ("ALLOWED_ORIGINS", "https://panel.example/path"),
            ("TRUSTED_PROXIES", "proxy"), ("TRUSTED_PROXIES", "10.0.0.0/40"), ("OPEN_ACCESS", "maybe"),
            ("WRONG_KEYS_PER_MINUTE", "0"),
        ] {
            #expect {
                try read([name: value])
            } throws: { error in
                let mistakes = (error as? ConfigurationError)?.mistakes ?? []
                return mistakes.count == 1 && mistakes[0].hasPrefix("\(name) must be")
                    && mistakes[0].contains("“\(value)”")
            }
        }
    }

    @Test func aKeyIsNeverShownNotEvenAWrongOne() throws {
        for wrong in ["short", "has space in it", "ümläut-key", String(repeating: "x", count: 300)] {
            #expect {
                try read(["API_KEYS": "good-enough," + wrong])
            } throws: { error in
                let mistakes = (error as? ConfigurationError)?.mistakes ?? []
                return mistakes.count == 1 && mistakes[0].hasPrefix("API_KEYS must each have 8")
                    && !mistakes[0].contains(wrong) && !mistakes[0].contains("good-enough")
            }
        }
        let listed = try read(["API_KEYS": "very-secret", "HOTPIN_API_KEY": "very-secret"]).listed()
        #expect(listed.filter { $0.value == "(set)" }.map(\.name) == ["API_KEYS", "HOTPIN_API_KEY"])
        #expect(!listed.contains { $0.value.contains("very-secret") })
    }

    @Test(arguments: ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
    func thisMachineAloneNeedsNoKey(host: String) throws {
        let policy = AccessPolicy(try read(["SERVER_HOST": host]))
        #expect(policy.objection(toListeningOn: host, hasKeys: false) == nil)
    }

    @Test(arguments: ["0.0.0.0", "::", "192.168.1.20", "pi.local"])
    func othersNeedOneOrLeave(host: String) throws {
        let policy = AccessPolicy(try read(["SERVER_HOST": host]))
        let objection = try #require(policy.objection(toListeningOn: host, hasKeys: false))
        for advice in ["hotpin keys add", "API_KEYS", "OPEN_ACCESS=on", host] { #expect(objection.contains(advice)) }
        #expect(policy.objection(toListeningOn: host, hasKeys: true) == nil)
        let open = AccessPolicy(try read(["SERVER_HOST": host, "OPEN_ACCESS": "on"]))
        #expect(open.objection(toListeningOn: host, hasKeys: false) == nil)
    }
}

@Suite struct DotEnvTests {
    @Test func readsTheUsualForms() throws {
        let text = """
            # comment

            export SERVER_HOST="0.0.0.0"  # all
            SERVER_PORT = 9000 # the port
            VOICE='espeak-ng'
            GROQ_API_KEY=a#b=c
            """
        let configuration = try Configuration.read(dotEnv: text, environment: [:], flags: [])
        #expect(configuration.host == "0.0.0.0")
        #expect(configuration.port == 9000)
        #expect(configuration.voice == "espeak-ng")
        #expect(configuration.chat?.key == "a#b=c")
    }

    @Test func readsLinesThatEndWithCRLF() throws {
        let text = "SERVER_PORT=9000\r\n\r\n# note\r\nVOICE=\"espeak-ng\"\r\n"
        let configuration = try Configuration.read(dotEnv: text, environment: [:], flags: [])
        #expect(configuration.port == 9000)
        #expect(configuration.voice == "espeak-ng")
    }

    @Test func saysWhichLineIsWrong() {
        #expect {
            try Configuration.read(dotEnv: "A=1\n=2\nB=\"open", environment: [:], flags: [])
        } throws: { error in
            (error as? ConfigurationError)?.mistakes == [
                ".env line 2 is not NAME=value", ".env line 3: the quote of B is not closed",
            ]
        }
    }
}
