import Testing
import VoicePipeline
import VoiceServer
import VoiceTesting

/// The transcription document's names of settings, beside the server's own.
@Suite struct DocumentSettingsTests {
    private func read(
        _ environment: [String: String] = [:], dotEnv: String? = nil, flags: [(String, String)] = []
    ) throws(ConfigurationError) -> Configuration {
        try Configuration.read(
            dotEnv: dotEnv, environment: environment, flags: flags.map { (name: $0.0, value: $0.1) })
    }

    @Test func areUnderstood() throws {
        let configuration = try read([
            "HOST": "127.0.0.2", "PORT": "8123", "MODEL_NAME": "whisper-base", "ONNX_NUM_THREADS": "4",
            "MAX_AUDIO_LENGTH": "60", "LOG_LEVEL": "WARNING",
        ])
        #expect(configuration.host == "127.0.0.2" && configuration.port == 8123)
        #expect(configuration.whisperModel == "whisper-base" && configuration.threads == 4)
        #expect(configuration.transcription.shortSeconds == 60 && configuration.logLevel == .warning)
    }

    @Test func goBehindTheServersOwnInOneSource() throws {
        let configuration = try read([
            "PORT": "1", "SERVER_PORT": "2", "MODEL_NAME": "a", "MODEL_PATH": "/models/b", "ONNX_NUM_THREADS": "3",
            "ONNX_INTRA_OP_NUM_THREADS": "5",
        ])
        #expect(configuration.port == 2 && configuration.whisperModel == "/models/b" && configuration.threads == 5)
    }

    @Test func goBeforeAnEarlierSource() throws {
        #expect(try read(["PORT": "1"], dotEnv: "SERVER_PORT=2").port == 1)
        #expect(try read(["PORT": "1"], flags: [("--server-port", "3")]).port == 3)
        #expect(try read(dotEnv: "PORT=4").port == 4)
    }

    @Test func areNamedWhereTheyAreWrong() {
        let mistakes = thrown(ConfigurationError.self) { try read(["PORT": "x"], dotEnv: "ONNX_NUM_THREADS=0") }?
            .mistakes
        #expect(
            mistakes == [
                "PORT must be a whole number from 0 to 65535, not “x”",
                ".env: ONNX_NUM_THREADS must be a whole number from 1 to 64, not “0”",
            ])
    }

    @Test func aVoskModelIsTheDefaultUnlessAnotherIsNamed() throws {
        #expect(try !read().prefersVosk)
        let configuration = try read(["VOSK_MODEL_PATH": "./model"])
        #expect(configuration.prefersVosk && configuration.voskModel == "./model")
        #expect(try read(["VOSK_MODEL_PATH": "a"], dotEnv: "MODEL_NAME=whisper-base").prefersVosk == false)
        #expect(try read(dotEnv: "VOSK_MODEL_PATH=a", flags: [("--whisper-model", "b")]).prefersVosk == false)
        // Named and taken back.
        #expect(try read(["VOSK_MODEL_PATH": ""], dotEnv: "VOSK_MODEL_PATH=a").prefersVosk == false)
    }

    @Test func namesPagesThatMayUseTheServer() throws {
        let configuration = try read(["CORS_ORIGINS": "https://a.example, http://b.example:3000"])
        #expect(configuration.transcription.crossOrigins == ["https://a.example", "http://b.example:3000"])
        // Whoever may read the answers may send the requests.
        let policy = AccessPolicy(configuration)
        #expect(policy.origins.refusal(hosts: ["localhost:8000"], origins: ["https://a.example"]) == nil)
        #expect(policy.origins.refusal(hosts: ["localhost:8000"], origins: ["https://c.example"]) != nil)
        #expect(throws: ConfigurationError.self) { try read(["CORS_ORIGINS": "*"]) }
    }
}
