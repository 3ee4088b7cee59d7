import Testing
import VoicePipeline

@Suite struct EngineStatisticsTests {
    private func statistics(of name: String) -> EngineStatistics? {
        EngineWorker.statistics().first { $0.name == name }
    }

    @Test func showsWhatRunsAndWhatWaits() async throws {
        let worker = try EngineWorker(name: "statistics", capacity: 1)
        let started = Latch()
        let running = Task {
            try await worker.run { cancellation in
                started.set()
                while !cancellation.isCancelled {}
            }
        }
        await started.wait()
        let waiting = Task { try await worker.run { _ in } }
        while worker.waiting < 1 { await Task.yield() }
        await #expect(throws: EngineError.busy) { try await worker.run { _ in } }
        let seen = try #require(statistics(of: "statistics"))
        #expect((seen.running, seen.threads, seen.refused, seen.finished) == (1, 1, 1, 0))
        #expect(seen.waiting == [.turn: 1])
        #expect(seen.longestRunningSeconds > 0)
        #expect(seen.busySeconds >= seen.longestRunningSeconds)
        running.cancel()
        try await waiting.value
        await #expect(throws: EngineError.cancelled) { try await running.value }
        await worker.shutDown()
        let after = try #require(statistics(of: "statistics"))
        #expect((after.running, after.finished, after.longestRunningSeconds) == (0, 2, 0))
    }

    @Test func forgetsAWorkerThatIsGone() async throws {
        do {
            let worker = try EngineWorker(name: "short-lived")
            #expect(statistics(of: "short-lived") != nil)
            await worker.shutDown()
        }
        #expect(statistics(of: "short-lived") == nil)
    }

    @Test func addsUpWorkersOfOneName() async throws {
        let workers = try [EngineWorker(name: "twin", threads: 2), EngineWorker(name: "twin")]
        for worker in workers { try await worker.run { _ in } }
        for worker in workers { await worker.shutDown() }
        #expect(statistics(of: "twin")?.threads == 3)
        #expect(statistics(of: "twin")?.finished == 2)
        withExtendedLifetime(workers) {}
    }
}
