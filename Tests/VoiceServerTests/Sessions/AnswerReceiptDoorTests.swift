import Testing
import VoicePipeline
import VoiceServer
import VoiceTesting

/// What of an answer counts as told, by what its connection took.
@Suite(.timeLimit(.minutes(1))) struct AnswerReceiptDoorTests {
    private static let eos = #"{"signal":"EOS"}"#

    /// Asks to be told what became of its answer, once.
    private struct Asking {
        let told = Guarded<String?>(nil)
        let settled = Latch()

        var brain: FakeBrain {
            FakeBrain { request, emit in
                request.receipt.whenSettled { [told, settled] words in
                    told.withLock { $0 = words }
                    settled.set()
                }
                try await emit("Hi.")
                return BrainReply(text: "Hi.", source: .skill("fake"))
            }
        }
    }

    @Test(arguments: ["", #","audio":"stream""#])
    func whoTookTheWholeAnswerWasTold(options: String) async throws {
        let asking = Asking()
        try await ServerUnderTest.run(brain: asking.brain) { server in
            try await server.talk(options: options) { client in
                try await client.send([0, 0])
                try await client.send(Self.eos)
                #expect(try await client.turn().last == #"{"status":"complete"}"#)
                await asking.settled.wait()
            }
        }
        #expect(asking.told.withLock { $0 } == "Hi.")
    }

    @Test(arguments: ["", #","audio":"stream""#])
    func whoLeftBeforeTheAnswerWasMadeWasNot(options: String) async throws {
        let asking = Asking()
        let voice = GatedVoice()
        try await ServerUnderTest.run(brain: asking.brain, synthesizer: voice) { server in
            try await server.talk(options: options) { client in
                try await client.send([0, 0])
                try await client.send(Self.eos)
                await voice.asked.wait()
            }
            await asking.settled.wait()
        }
        #expect(asking.told.withLock { $0 } == "")
    }

    /// The answer is longer than what is sent ahead, so most of it waits when the client leaves.
    @Test func whoLeftInTheMiddleOfAStreamWasNot() async throws {
        let asking = Asking()
        let voice = FakeSynthesizer(secondsPerCharacter: 1)
        try await ServerUnderTest.run(brain: asking.brain, synthesizer: voice, clock: ManualClock()) { server in
            try await server.talk(options: #","audio":"stream""#) { client in
                try await client.send([0, 0])
                try await client.send(Self.eos)
                while let message = try await client.next(), !message.hasSuffix(" bytes") {}
            }
            await asking.settled.wait()
        }
        #expect(asking.told.withLock { $0 } == "")
    }
}
