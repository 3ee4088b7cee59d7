import Storage
import Testing
import Transport
import VoiceBrain
import VoicePipeline
import VoiceTesting

/// What the brain may do ahead of its user, and what not.
@Suite struct CommitmentTests {
    /// What a session has, to see whether anything changed.
    private struct Possessions: Equatable {
        var notes: [String]
        var shopping: [String]
        var alarms: [Alarm]

        init(_ fixture: BrainFixture) async throws {
            notes = try await fixture.store.items(of: .notes, session: "s")
            shopping = try await fixture.store.items(of: .shopping, session: "s")
            alarms = try await fixture.store.alarms(of: "s")
        }
    }

    /// Lets a turn that waits, or wrongly does not, go as far as it can: fifty turns of another session are longer than
    /// one of this.
    private func letTimePass(_ fixture: BrainFixture) async throws {
        for _ in 0..<50 { _ = try await fixture.ask("What time is it?", session: "other") }
    }

    private func fixtureWithThings() async throws -> BrainFixture {
        let fixture = try await BrainFixture()
        for words in ["Set a timer for 9 minutes.", "Take a note: key.", "Add milk to my shopping list."] {
            _ = try await fixture.ask(words)
        }
        return fixture
    }

    @Test(arguments: [
        "Set a timer for 5 minutes.", "Cancel the timer.", "Set an alarm for 7 a.m.", "Wake me up at 6:30 tomorrow.",
        "Remind me at 9 p.m. to call Anna.", "Take a note: hello.", "Delete all notes.", "Delete the last note.",
        "Delete a note.", "Add eggs to my shopping list.", "Remove milk from my shopping list.",
        "Clear my shopping list.",
    ])
    func whatHasEffectsWaits(_ words: String) async throws {
        let fixture = try await fixtureWithThings()
        let before = try await Possessions(fixture)
        let commitment = Commitment.pending()
        let said = Pieces()
        async let reply = fixture.brain.reply(
            to: BrainRequest(session: "s", utterance: words, commitment: commitment), emit: said.add)
        try await letTimePass(fixture)
        #expect(try await Possessions(fixture) == before)
        #expect(said.all.isEmpty)
        commitment.make()
        #expect(try await reply.text == said.joined)
        #expect(!said.all.isEmpty)
        #expect(try await Possessions(fixture) != before)
    }

    @Test func aDroppedTurnLeavesNothing() async throws {
        let fixture = try await fixtureWithThings()
        let before = try await Possessions(fixture)
        let task = Task {
            try await fixture.brain.reply(
                to: BrainRequest(session: "s", utterance: "Set a timer for 5 minutes.", commitment: .pending())
            ) { _ in }
        }
        try await letTimePass(fixture)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await Possessions(fixture) == before)
    }

    /// The commitment is never made: an answer that waited for it would never come.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "What time is it?", "What's the date today?", "What's 2 plus 2?", "How many kilometers is 10 miles?",
            "Tell me a joke.", "Hello.", "What can you do?", "Stop.", "Say that again.", "What's on my shopping list?",
            "Do I have milk on my shopping list?", "Read my notes.", "What timers do I have?",
            "How much time is left on my timer?", "What alarms do I have?", "When is my next alarm?", "Set a timer.",
            "Mumble mumble.", "",
        ])
    func whatOnlyTellsDoesNotWait(_ words: String) async throws {
        let fixture = try await fixtureWithThings()
        let before = try await Possessions(fixture)
        let reply = try await fixture.brain.reply(
            to: BrainRequest(session: "s", utterance: words, commitment: .pending())
        ) { _ in }
        #expect(!reply.text.isEmpty)
        #expect(try await Possessions(fixture) == before)
    }

    @Test func aDueTimerIsAnnouncedOnlyInATurnThatIsMeant() async throws {
        let fixture = try await fixtureWithThings()
        fixture.clock.advance(by: 600)
        let dropped = Task {
            try await fixture.brain.reply(
                to: BrainRequest(session: "s", utterance: "What time is it?", commitment: .pending())
            ) { _ in }
        }
        try await letTimePass(fixture)
        dropped.cancel()
        await #expect(throws: CancellationError.self) { try await dropped.value }
        #expect(try await fixture.say("What time is it?") == "Your 9 minute timer is done. It's 7:25 p.m.")
    }

    // MARK: - The chat model

    private func withBrain(
        _ answers: [LoopbackChatServer.Answer],
        _ body: @escaping @Sendable (BrainFixture, LoopbackChatServer) async throws -> Void
    ) async throws {
        try await LoopbackChatServer.serve(answers) { server in
            let chat = ChatClient(
                endpoint: ChatEndpoint(baseURL: server.baseURL, model: "tiny"), http: try CurlHTTPClient(),
                clock: ImmediateClock())
            try await body(try await BrainFixture(chat: chat), server)
        }
    }

    @Test(.timeLimit(.minutes(1))) func theModelIsAskedAtOnce() async throws {
        try await withBrain([.text("Because of the air.")]) { (fixture, _) async throws in
            let reply = try await fixture.brain.reply(
                to: BrainRequest(session: "s", utterance: "Why is the sky blue?", commitment: .pending())
            ) { _ in }
            #expect(reply == BrainReply(text: "Because of the air.", source: .model("tiny")))
        }
    }

    @Test func itsToolsWait() async throws {
        try await withBrain([
            .toolCall("timers", #"{"action":"set","seconds":300,"label":"tea"}"#), .text("Your tea timer is running."),
        ]) { (fixture, server) async throws in
            let commitment = Commitment.pending()
            async let reply = fixture.brain.reply(
                to: BrainRequest(
                    session: "s", utterance: "I just put the tea on, five minutes as always", commitment: commitment)
            ) { _ in }
            while server.received.isEmpty { await Task.yield() }
            try await letTimePass(fixture)
            #expect(try await fixture.store.alarms(of: "s").isEmpty)
            #expect(server.received.count == 1)
            commitment.make()
            #expect(try await reply.text == "Your tea timer is running.")
            #expect(try await fixture.store.alarms(of: "s").map(\.label) == ["tea"])
        }
    }

    @Test func aToolOfADroppedTurnNeverActs() async throws {
        try await withBrain([.toolCall("notes", #"{"action":"add","text":"x"}"#)]) { (fixture, server) async throws in
            let task = Task {
                try await fixture.brain.reply(
                    to: BrainRequest(session: "s", utterance: "Keep that in mind", commitment: .pending())
                ) { _ in }
            }
            while server.received.isEmpty { await Task.yield() }
            try await letTimePass(fixture)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await fixture.store.items(of: .notes, session: "s").isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(1))) func aToolThatOnlyComputesDoesNotWait() async throws {
        try await withBrain([.toolCall("calculate", #"{"expression":"6*7"}"#), .text("It is 42.")]) {
            (fixture, server) async throws in
            let reply = try await fixture.brain.reply(
                to: BrainRequest(session: "s", utterance: "Work it out for me", commitment: .pending())
            ) { _ in }
            #expect(reply.text == "It is 42.")
            #expect(server.received.count == 2)
        }
    }
}
