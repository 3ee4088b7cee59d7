import Testing
import VoicePipeline
import VoiceTesting

@Suite struct HotpinDoorTests {
    private let second = [UInt8](repeating: 1, count: 32_000)
    private let eos = #"{"signal":"EOS"}"#

    private func error(_ message: String) -> String { #"{"status":"error","message":"\#(message)"}"# }

    @Test func answersADocumentedTurn() async throws {
        let frames = try await ServerUnderTest.run { server in
            try await server.connect { client in
                try await client.send(#"{"session_id": "esp32-001"}"#)
                var frames = [try await client.next() ?? ""]
                try await client.send(second)
                try await client.send(eos)
                frames += try await client.turn()
                return frames
            }
        }
        #expect(
            frames == [
                #"{"status":"connected","session_id":"esp32-001"}"#,
                #"{"status":"processing","stage":"transcription"}"#,
                #"{"status":"processing","stage":"llm","transcript":"hello"}"#,
                #"{"status":"processing","stage":"tts","response":"Hi."}"#, "1004 bytes", #"{"status":"complete"}"#,
            ])
    }

    @Test func wantsTheHandshakeFirstAndGivesUp() async throws {
        try await ServerUnderTest.run { server in
            try await server.connect { client in
                for message in [eos, "nonsense", "[]", #"{"session_id":7}"#] {
                    try await client.send(message)
                    let answer = try await client.next()
                    #expect(answer?.hasPrefix(#"{"status":"error""#) == true)
                }
                try await client.send(#"{"session_id":"late"}"#)
                #expect(try await client.next() == #"{"status":"connected","session_id":"late"}"#)
            }
            try await server.connect { client in
                for _ in 0..<8 {
                    try await client.send(second)
                    #expect(
                        try await client.next()
                            == #"{"status":"error","message":"Send the handshake first: {\"session_id\":\"your-device\"}"}"#
                    )
                }
                #expect(try await client.next() == nil)
                #expect(client.closeCode == 1008)
            }
        }
    }

    @Test(arguments: [
        ("{", "Not JSON."), ("[1]", "A JSON object"), ("{}", "Neither"), (#"{"signal":"STOP"}"#, "Unknown signal"),
        (#"{"signal":5}"#, "A member"), (#"{"session_id":"again"}"#, "The handshake was already"),
    ])
    func badTextIsAnErrorAndNothingElse(text: String, message: String) async throws {
        let answers = try await ServerUnderTest.run { server in
            try await server.talk { client in
                try await client.send(second)
                try await client.send(text)
                let first = try await client.next() ?? ""
                try await client.send(eos)
                return [first] + (try await client.turn())
            }
        }
        #expect(answers[0].hasPrefix(#"{"status":"error","message":"\#(message)"#))
        #expect(answers.last == #"{"status":"complete"}"#)
    }

    @Test func badAudioIsAnErrorAndTheNextTurnWorks() async throws {
        let answers = try await ServerUnderTest.run { server in
            try await server.talk { client in
                try await client.send(eos)
                try await client.send([1, 2, 3])
                try await client.send(eos)
                for _ in 0..<31 { try await client.send(second) }
                try await client.send(eos)
                try await client.send([1])
                try await client.send([2])
                try await client.send(eos)
                var turns: [String] = []
                for _ in 0..<4 { turns += try await client.turn().suffix(1) }
                return turns
            }
        }
        #expect(
            answers == [
                error("Empty audio buffer"),
                error("Audio must be 16-bit samples, but the number of bytes is odd. Please try again."),
                error("Audio is longer than 30 seconds. Please ask something shorter."), #"{"status":"complete"}"#,
            ])
    }

    @Test func resetIsSilentAndCancels() async throws {
        let entered = Latch()
        let brain = FakeBrain { request, emit in
            if request.utterance == "hello", !entered.isSet {
                entered.set()
                await Latch().wait()
            }
            let text = "Answer \(request.history.count)."
            try await emit(text)
            return BrainReply(text: text, source: .skill("fake"))
        }
        let store = MemoryConversationStore()
        try await store.append(user: "a", assistant: "b", to: "s")
        let frames = try await ServerUnderTest.run(brain: brain, store: store) { server in
            try await server.talk { client in
                try await client.send(second)
                try await client.send(eos)
                await entered.wait()
                try await client.send(#"{"signal":"RESET"}"#)
                try await client.send(second)
                try await client.send(eos)
                return try await client.turn()
            }
        }
        // Of the first turn only what was sent before the reset; of the second everything, with nothing remembered.
        #expect(frames.filter { $0.contains("complete") }.count == 1)
        #expect(frames.contains(#"{"status":"processing","stage":"tts","response":"Answer 0."}"#))
    }

    @Test func vanishingMidTurnCancelsItAndLeavesTheServerServing() async throws {
        let entered = Latch()
        let left = Latch()
        let recognizer = FakeRecognizer { samples throws(EngineError) in
            if samples.count == 16_000 {
                entered.set()
                await Latch().wait()
                left.set()
                throw .cancelled
            }
            return Transcript(text: "hello")
        }
        try await ServerUnderTest.run(recognizer: recognizer) { server in
            try await server.talk { client in
                try await client.send(second)
                try await client.send(eos)
                await entered.wait()
            }
            await left.wait()
            let answer = try await server.talk { client in
                try await client.send([0, 0])
                try await client.send(eos)
                return try await client.turn().last
            }
            #expect(answer == #"{"status":"complete"}"#)
        }
    }

    @Test func sessionsAreApart() async throws {
        let brain = FakeBrain { request, emit in
            let text = "\(request.session) \(request.history.count)."
            try await emit(text)
            return BrainReply(text: text, source: .skill("fake"))
        }
        let answers = try await ServerUnderTest.run(brain: brain) { server in
            try await withThrowingTaskGroup(of: [String].self) { group in
                for name in ["a", "b", "c", "d"] {
                    group.addTask {
                        try await server.talk(as: name) { client in
                            var turns: [String] = []
                            for _ in 0..<2 {
                                try await client.send([0, 0])
                                try await client.send(#"{"signal":"EOS"}"#)
                                turns += try await client.turn().filter { $0.contains("tts") }
                            }
                            return turns
                        }
                    }
                }
                return try await group.reduce(into: [String]()) { $0 += $1 }.sorted()
            }
        }
        #expect(
            answers
                == ["a", "b", "c", "d"].flatMap { name in
                    [0, 2].map { #"{"status":"processing","stage":"tts","response":"\#(name) \#($0)."}"# }
                })
    }

    @Test func announcesToWhoAskedForIt() async throws {
        try await ServerUnderTest.run { server in
            try await server.talk(as: "kitchen", options: #","announcements":true"#) { client in
                #expect(await server.directory.announce("The pasta is done.", in: "kitchen"))
                #expect(await server.directory.announce("No.", in: "attic") == false)
                let frames = try await client.turn()
                #expect(frames.first == #"{"status":"announcement","response":"The pasta is done."}"#)
                #expect(frames.last == #"{"status":"complete"}"#)
                #expect(frames.count > 2)
            }
            try await server.talk(as: "hall") { _ in
                #expect(await server.directory.announce("No.", in: "hall") == false)
            }
        }
    }

    @Test func synthesisFailureSendsTextAndCompletes() async throws {
        let broken = FakeSynthesizer(failure: .failed(engine: "voice", code: 1, message: "broken"))
        let frames = try await ServerUnderTest.run(synthesizer: broken) { server in
            try await server.talk { client in
                try await client.send(second)
                try await client.send(eos)
                return try await client.turn()
            }
        }
        #expect(
            frames.suffix(2) == [
                #"{"status":"processing","stage":"tts","response":"Hi."}"#, #"{"status":"complete"}"#,
            ])
    }
}
