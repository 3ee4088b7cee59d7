import Testing
import VoicePipeline
import VoiceServer
import VoiceTesting

@Suite struct TranscriptionScheduleTests {
    private func short(_ client: String) -> TranscriptionSchedule.Request { .init(client: client, isLong: false) }
    private func long(_ client: String) -> TranscriptionSchedule.Request { .init(client: client, isLong: true) }

    @Test func runsSoManyAndRefusesWhatDoesNotFit() {
        var schedule = TranscriptionSchedule(limit: 2, capacity: 1)
        #expect(schedule.enter(1, short("a")) == .runs)
        #expect(schedule.enter(2, short("a")) == .runs)
        #expect(schedule.enter(3, short("a")) == .waits)
        #expect(schedule.enter(4, short("a")) == .refused)
        #expect(schedule.waiting == 1)
        #expect(schedule.leave(1) == [3])
        #expect(schedule.waiting == 0)
        #expect(schedule.enter(5, short("a")) == .waits)
        // Who is not wanted any more makes room without running.
        #expect(schedule.leave(5).isEmpty)
        #expect(schedule.enter(6, short("a")) == .waits)
    }

    @Test func keepsAPlaceForShortOnes() {
        var schedule = TranscriptionSchedule(limit: 2, capacity: 8)
        #expect(schedule.enter(1, long("a")) == .runs)
        #expect(schedule.enter(2, long("b")) == .waits)
        #expect(schedule.enter(3, short("c")) == .runs)
        #expect(schedule.enter(4, short("c")) == .waits)
        #expect(schedule.leave(3) == [4])
        #expect(schedule.leave(4).isEmpty)
        #expect(schedule.leave(1) == [2])
    }

    @Test func letsOneLongRunWhereOneRuns() {
        var schedule = TranscriptionSchedule(limit: 1, capacity: 8)
        #expect(schedule.enter(1, long("a")) == .runs)
        #expect(schedule.enter(2, long("a")) == .waits)
        #expect(schedule.enter(3, short("a")) == .waits)
        #expect(schedule.leave(1) == [3])
        #expect(schedule.leave(3) == [2])
    }

    @Test func letsClientsTakeTurns() {
        var schedule = TranscriptionSchedule(limit: 1, capacity: 16)
        _ = schedule.enter(0, short("x"))
        for ticket in 1...4 { _ = schedule.enter(ticket, short("greedy")) }
        _ = schedule.enter(5, short("b"))
        _ = schedule.enter(6, short("c"))
        var order: [Int] = []
        var running = 0
        while let next = schedule.leave(running).first {
            order.append(next)
            running = next
        }
        #expect(order == [1, 5, 6, 2, 3, 4])
    }

    @Test func doesNotPutLongOnesOffForEver() {
        var schedule = TranscriptionSchedule(limit: 1, capacity: 64)
        _ = schedule.enter(0, short("x"))
        _ = schedule.enter(1, long("l"))
        for ticket in 2...30 { _ = schedule.enter(ticket, short("s")) }
        var order: [Int] = []
        var running = 0
        while order.count < 12, let next = schedule.leave(running).first {
            order.append(next)
            running = next
        }
        #expect(order.firstIndex(of: 1) == TranscriptionSchedule.shortInRow)
    }
}

@Suite struct TranscriptionQueueTests {
    private let request = TranscriptionSchedule.Request(client: "a", isLong: false)

    @Test func letsInOneAfterTheOther() async throws {
        let queue = TranscriptionQueue(limit: 1, capacity: 8)
        let running = Guarded(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await queue.withTurn(request) {
                        let count = running.withLock { running in
                            running += 1
                            return running
                        }
                        #expect(count == 1)
                        await Task.yield()
                        running.withLock { $0 -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(queue.counts == (0, 0))
    }

    @Test func refusesWithTheTimeToComeBack() async throws {
        let queue = TranscriptionQueue(limit: 1, capacity: 0)
        try await queue.withTurn(request) {
            do {
                try await queue.withTurn(request) {}
                Issue.record("it was let in")
            } catch let failure as ServiceFailure {
                #expect(failure.status == 503)
                #expect(failure.headers.first("retry-after").flatMap { Int($0) }.map { (1...120).contains($0) } == true)
            }
        }
        // A place that was refused is not taken.
        try await queue.withTurn(request) {}
        #expect(queue.counts == (0, 0))
    }

    @Test func takesOutWhoLeaves() async throws {
        let queue = TranscriptionQueue(limit: 1, capacity: 8)
        let entered = Latch()
        let mayEnd = Latch()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await queue.withTurn(request) {
                    entered.set()
                    await mayEnd.wait()
                }
            }
            await entered.wait()
            let waiting = Task {
                do {
                    try await queue.withTurn(request) { _ = Issue.record("it ran") }
                    return false
                } catch {
                    return error is CancellationError
                }
            }
            while queue.counts.waiting == 0 { await Task.yield() }
            waiting.cancel()
            #expect(await waiting.value)
            #expect(queue.counts == (0, 1))
            mayEnd.set()
        }
        #expect(queue.counts == (0, 0))
    }

    @Test func letsTheNextInWhenOneFails() async throws {
        let queue = TranscriptionQueue(limit: 1, capacity: 8)
        await #expect(throws: EngineError.self) {
            try await queue.withTurn(request) { throw EngineError.busy }
        }
        #expect(try await queue.withTurn(request) { 5 } == 5)
    }
}
