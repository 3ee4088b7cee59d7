import Testing
import VoicePipeline
import VoiceTesting

@Suite struct HistoryRetentionTests {
    private actor Store: ConversationStore {
        private(set) var asked: [Double] = []
        private var failures: Int
        init(failures: Int = 0) { self.failures = failures }

        func forget(before time: Double) throws(StorageError) -> Int {
            asked.append(time)
            failures -= 1
            if failures >= 0 { throw .full }
            return 1
        }
        func history(of session: String, turns limit: Int) -> [ChatMessage] { [] }
        func append(user: String, assistant: String, to session: String) {}
        func amend(assistant: String, to user: String, in session: String) {}
        func clear(_ session: String) {}
    }

    private let clock = ManualWallClock(LocalTime(year: 2025, month: 3, day: 4))
    private let timer = ManualClock()

    private func run(_ store: Store, days: Int, _ body: @Sendable () async throws -> Void) async throws {
        let subject = HistoryRetention(store: store, days: days, clock: clock, timer: timer, log: .none)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await subject.run() }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test func forgetsAtTheStartAndEveryDay() async throws {
        let store = Store()
        let start = clock.now()
        try await run(store, days: 30) {
            await timer.sleepsBegun(atLeast: 1)
            clock.advance(by: 86_400)
            timer.advance(by: .seconds(86_400))
            await timer.sleepsBegun(atLeast: 2)
        }
        #expect(await store.asked == [start - 30 * 86_400, start - 29 * 86_400])
    }

    @Test func triesAgainSoonerAfterAFailure() async throws {
        let store = Store(failures: 1)
        try await run(store, days: 1) {
            await timer.sleepsBegun(atLeast: 1)
            timer.advance(by: .seconds(600))
            await timer.sleepsBegun(atLeast: 2)
            timer.advance(by: .seconds(600))
        }
        #expect(await store.asked.count == 2)
    }

    @Test func keepsForEverWhenAskedTo() async throws {
        let store = Store()
        try await run(store, days: 0) { await timer.sleepsBegun(atLeast: 1) }
        #expect(await store.asked.isEmpty)
    }
}
