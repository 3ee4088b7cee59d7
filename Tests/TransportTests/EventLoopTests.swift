import Testing
import Transport
import VoicePipeline

@Suite struct EventLoopTests {
    private actor Resident {
        private let loop: EventLoop
        private(set) var count = 0
        nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

        init(_ loop: EventLoop) { self.loop = loop }

        func step() -> Bool {
            count += 1
            return loop.isCurrent
        }

        func stepAcross() async -> Bool {
            let before = loop.isCurrent
            await Task.yield()
            count += 1
            return before && loop.isCurrent
        }
    }

    @Test func actorLivesOnItsLoop() async throws {
        let loop = try EventLoop(name: "test")
        let resident = Resident(loop)
        #expect(!loop.isCurrent)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<500 {
                group.addTask { await resident.step() }
                group.addTask { await resident.stepAcross() }
            }
            for await onLoop in group { #expect(onLoop) }
        }
        #expect(await resident.count == 1000)
    }

    @Test func taskPrefersTheLoop() async throws {
        let loop = try EventLoop(name: "test")
        let stays = await withTaskExecutorPreference(loop) {
            var stays = loop.isCurrent
            for _ in 0..<100 {
                await Task.yield()
                stays = stays && loop.isCurrent
            }
            return stays
        }
        #expect(stays)
    }

    @Test func workIsDoneInOrderAndNoneIsLost() async throws {
        let loop = try EventLoop(name: "test")
        let seen = Guarded<[Int]>([])
        await withCheckedContinuation { continuation in
            for index in 0..<20_000 {
                loop.execute { seen.withLock { $0.append(index) } }
            }
            loop.execute { continuation.resume() }
        }
        let order = seen.withLock { $0 }
        #expect(order.count == 20_000)
        let misplaced = order.indices.first { order[$0] != $0 }
        #expect(misplaced == nil)
    }

    /// A wake-up that gets lost leaves everybody waiting: there is no timer and no socket to wake the loop.
    @Test(.timeLimit(.minutes(5))) func wakeUpsAreNotLost() async throws {
        let resident = Resident(try EventLoop(name: "test"))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { for _ in 0..<5000 { _ = await resident.step() } }
            }
        }
        #expect(await resident.count == 20_000)
    }

    @Test func busyWorkDoesNotStarveTimers() async throws {
        let loop = try EventLoop(name: "test")
        let fired = Guarded(false)
        await withTaskExecutorPreference(loop) {
            await withCheckedContinuation { continuation in
                loop.execute {
                    let timer = Guarded<LoopTimer?>(nil)
                    let made = LoopTimer(loop: loop) { fired.withLock { $0 = true } }
                    made.start(milliseconds: 1)
                    timer.withLock { $0 = made }
                    continuation.resume()
                }
            }
            // Never lets the queue run empty until the timer has had its turn.
            while !fired.withLock({ $0 }) { await Task.yield() }
        }
        #expect(fired.withLock { $0 })
    }

    @Test func manyLoopsComeAndGo() async throws {
        for _ in 0..<200 {
            let loop = try EventLoop(name: "brief")
            let resident = Resident(loop)
            #expect(await resident.step())
        }
    }

    @Test func conditionWakesAndCancels() async throws {
        let loop = try EventLoop(name: "test")
        let waiter = Waiter(loop)
        await withTaskGroup(of: String.self) { group in
            group.addTask { await waiter.wait() }
            group.addTask { await waiter.wait() }
            await waiter.untilAwaited(2)
            await waiter.wake()
            #expect(await group.next() == "woken")
            #expect(await group.next() == "woken")
            group.addTask { await waiter.wait() }
            await waiter.untilAwaited(3)
            group.cancelAll()
            #expect(await group.next() == "cancelled")
            // Cancelled before it begins to wait.
            group.addTask { await waiter.wait() }
            #expect(await group.next() == "cancelled")
        }
    }

    @Test func whatHappensBetweenLookAndWaitIsNotMissed() async throws {
        try await Waiter(EventLoop(name: "test")).missNothing()
    }

    private actor Waiter {
        private let loop: EventLoop
        private let condition: LoopCondition
        private var begun = 0
        nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

        init(_ loop: EventLoop) {
            self.loop = loop
            condition = LoopCondition(loop: loop)
        }

        func wait() async -> String {
            begun += 1
            do {
                try await condition.wait(since: condition.count, isolation: self)
                return "woken"
            } catch {
                return "cancelled"
            }
        }

        /// Something happens between the look and the wait.
        func missNothing() async throws {
            let count = condition.count
            condition.notifyAll()
            try await condition.wait(since: count, isolation: self)
            await condition.waitUncancelled(since: count, isolation: self)
        }

        func untilAwaited(_ count: Int) async {
            while begun < count { await Task.yield() }
            await Task.yield()
        }

        func wake() { condition.notifyAll() }
    }
}
