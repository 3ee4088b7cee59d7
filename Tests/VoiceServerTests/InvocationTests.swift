import Testing
import VoiceServer

@Suite struct InvocationTests {
    @Test func readsCommandsOptionsAndOperands() throws {
        let ask = try Invocation.parse(["ask", "q.wav", "--json", "-o", "-", "--session=kitchen"])
        #expect(ask.command == .ask)
        #expect(ask.operands == ["q.wav"])
        #expect(ask.json)
        #expect(ask.output == "-")
        #expect(ask.session == "kitchen")
        let serve = try Invocation.parse(["serve", "--port", "0", "--server-host=0.0.0.0"])
        #expect(
            serve.settings == [
                .init(name: "--server-port", value: "0"), .init(name: "--server-host", value: "0.0.0.0"),
            ])
        #expect(try Invocation.parse(["say", "--", "--help", "me"]).operands == ["--help", "me"])
        #expect(try Invocation.parse([]).command == nil)
        #expect(try Invocation.parse(["ask", "--help"]).wantsHelp)
    }

    @Test func readsWhatTranscribeIsAsked() throws {
        let invocation = try Invocation.parse([
            "--words", "transcribe", "a.wav", "-", "--format", "srt", "-o", "out", "--language", "German",
            "--translate",
            "--prompt=Hotpin", "--model", "whisper-base", "--force",
        ])
        #expect(invocation.operands == ["a.wav", "-"])
        #expect(invocation.output == "out")
        var asked = Invocation.Transcribing()
        asked.format = .srt
        asked.language = "de"
        asked.translates = true
        asked.words = true
        asked.prompt = "Hotpin"
        asked.model = "whisper-base"
        asked.force = true
        #expect(invocation.transcribing == asked)
        #expect(invocation.settings == [.init(name: "--whisper-model", value: "whisper-base")])
        #expect(try Invocation.parse(["transcribe", "a", "--language=auto"]).transcribing == .init())
        #expect(try Invocation.parse(["transcribe", "a", "--format=txt"]).transcribing.format == .text)
    }

    @Test(arguments: [
        (["sing"], "“sing” is no command; there are serve, ask, say, transcribe, keys, models, config, doctor, bench."),
        (["ask"], "ask takes one sound file."), (["ask", "a", "b"], "ask takes one sound file."),
        (["transcribe"], "transcribe takes at least one sound file."), (["say"], "say takes the words to say."),
        (["serve", "now"], "serve takes no “now”."), (["serve", "--color", "red"], "--color is no option."),
        (["serve", "--port"], "--port needs a value."),
        (["serve", "-o", "x"], "--output goes with say, ask and transcribe."),
        (["say", "x", "--session", "y"], "--session, --server and --cacert go with ask and bench."),
        (
            ["transcribe", "a", "--format", "doc"],
            "“doc” is no format; there are txt, srt, vtt, json and verbose_json."
        ),
        (
            ["transcribe", "a", "--language", "elvish"],
            "“elvish” is no language; use a code or a name such as en, de or german, or auto."
        ), (["transcribe", "-", "-"], "Standard input can be read only once."),
        (
            ["transcribe", "a", "--json", "--format=srt"],
            "--json prints a line for each file; it does not go with --format and --output."
        ),
        (
            ["say", "x", "--words"],
            "--format, --language, --translate, --words, --prompt, --model and --force go with transcribe."
        ),
        (["keys"], "keys takes add NAME, list, or revoke NAME."),
        (["keys", "add"], "keys takes add NAME, list, or revoke NAME."),
        (["keys", "list", "x"], "keys takes add NAME, list, or revoke NAME."),
        (["keys", "revoke", "a", "b"], "keys takes add NAME, list, or revoke NAME."),
        (["keys", "print"], "keys takes add NAME, list, or revoke NAME."),
        (
            ["serve", "--api-keys", "secret-key"],
            "--api-keys would show its key in the list of processes; set API_KEYS in .env or in the environment."
        ),
        (
            ["ask", "a", "--hotpin-api-key=secret-key"],
            "--hotpin-api-key would show its key in the list of processes; set HOTPIN_API_KEY in .env or in the environment."
        ),
    ])
    func saysWhatIsWrong(arguments: [String], message: String) {
        #expect {
            try Invocation.parse(arguments)
        } throws: { error in
            (error as? UsageError)?.message == message
        }
    }

    @Test func helpShowsExamplesOfEveryCommand() {
        for command in Invocation.Command.allCases {
            let help = Help.text(for: command)
            #expect(help.hasPrefix("usage: hotpin \(command.rawValue)"))
            #expect(help.contains("examples:\n  hotpin \(command.rawValue)") || command == .serve)
            #expect(Help.text(for: nil).contains("  \(command.rawValue) "))
        }
        #expect(Help.text(for: .serve).contains("\n  hotpin serve\n"))
        #expect(!Help.text(for: nil).split(separator: "\n").contains { $0.count > 100 })
    }
}
