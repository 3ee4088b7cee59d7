import Storage
import Testing
import VoiceBrain
import VoicePipeline
import VoiceTesting

/// A brain with a real store in memory on Tuesday, March 4th, 2025, 7:15 p.m.
struct BrainFixture {
    static let evening = LocalTime(year: 2025, month: 3, day: 4, hour: 19, minute: 15)

    let clock: ManualWallClock
    let store: SQLiteAssistantStore
    let brain: AssistantBrain

    init(at local: LocalTime = evening, chat: (any ChatModel)? = nil, log: Log = .none) async throws {
        clock = ManualWallClock(local)
        store = SQLiteAssistantStore(try await SQLiteDatabase.open(.memory), monotonic: clock)
        brain = AssistantBrain(clock: clock, monotonic: clock, store: store, chat: chat, log: log)
    }

    /// Another process that shares the first one's store and machine.
    init(beside other: BrainFixture) {
        clock = other.clock
        store = other.store
        brain = AssistantBrain(clock: clock, monotonic: clock, store: store, chat: nil, log: .none)
    }

    /// Says something and gets the answer; checks that the pieces are the answer.
    /// - Parameter told: what the user got of it; nil for all.
    func ask(
        _ words: String, session: String = "s", history: [ChatMessage] = [], told: String? = nil
    ) async throws -> BrainReply {
        let pieces = Pieces()
        let request = BrainRequest(session: session, utterance: words, history: history)
        let reply = try await brain.reply(to: request, emit: pieces.add)
        await request.receipt.settle(told: told ?? reply.text)
        #expect(pieces.joined == reply.text, "the pieces of the answer to “\(words)” differ from it")
        return reply
    }

    /// The answer's text.
    func say(_ words: String, session: String = "s") async throws -> String {
        try await ask(words, session: session).text
    }
}
