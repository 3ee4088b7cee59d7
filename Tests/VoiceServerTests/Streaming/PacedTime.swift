import VoicePipeline
import VoiceTesting

/// Time for what is sent in real time: it goes by when something waits for the next tenth of a second, and only then.
extension ManualClock {
    private static let tenth = Duration.milliseconds(100)

    /// Waits until something sleeps for a tenth of a second or less, and lets that go by.
    func tick() async {
        while !Task.isCancelled {
            if let next = untilNext, next <= Self.tenth { return advance(by: next) }
            await Task.yield()
        }
    }

    /// Lets time go by while `body` runs.
    func running<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { while !Task.isCancelled { await self.tick() } }
            defer { group.cancelAll() }
            return try await body()
        }
    }
}
