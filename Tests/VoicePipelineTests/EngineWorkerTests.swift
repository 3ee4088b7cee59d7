import Glibc
import Synchronization
import Testing
import VoicePipeline

@Suite struct EngineWorkerTests {
    /// A gate that work on an engine's thread waits at, so that a test decides when the thread is free.
    private final class Gate: Sendable {
        private nonisolated(unsafe) let semaphore: UnsafeMutablePointer<sem_t>
        init() {
            semaphore = .allocate(capacity: 1)
            sem_init(semaphore, 0, 0)
        }
        deinit {
            sem_destroy(semaphore)
            semaphore.deallocate()
        }
        func pass() { while sem_wait(semaphore) != 0 {} }
        func open() { sem_post(semaphore) }
    }

    private final class Flag: Sendable {
        private let raised = Atomic(false)
        var isRaised: Bool { raised.load(ordering: .sequentiallyConsistent) }
        func raise() { raised.store(true, ordering: .sequentiallyConsistent) }
    }

    private final class Record: Sendable {
        private let priorities = Guarded<[EnginePriority]>([])
        var all: [EnginePriority] { priorities.withLock { $0 } }
        func add(_ priority: EnginePriority) { priorities.withLock { $0.append(priority) } }
    }

    /// Occupies the only thread of a worker until the gate opens; returns once it does.
    private func occupy(_ worker: EngineWorker, until gate: Gate) async -> Task<Void, any Error> {
        let (started, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let task = Task {
            try await worker.run { _ in
                continuation.yield()
                gate.pass()
            }
        }
        for await _ in started { break }
        return task
    }

    private func untilWaiting(_ count: Int, _ worker: EngineWorker) async {
        while worker.waiting < count { await Task.yield() }
    }

    @Test func givesBackWhatTheWorkReturns() async throws {
        let worker = try EngineWorker(name: "test")
        #expect(try await worker.run { _ in 42 } == 42)
    }

    @Test func throwsWhatTheWorkThrows() async throws {
        let worker = try EngineWorker(name: "test")
        await #expect(throws: EngineError.invalidInput("bad")) {
            try await worker.run { _ throws(EngineError) in throw .invalidInput("bad") }
        }
    }

    @Test func runsOnItsOwnNamedThread() async throws {
        let worker = try EngineWorker(name: "an engine's long name")
        let name = try await worker.run { _ -> String in
            var bytes = [UInt8](repeating: 0, count: 64)
            let file = open("/proc/thread-self/comm", O_RDONLY)
            let count = max(read(file, &bytes, bytes.count), 0)
            close(file)
            return String(decoding: bytes[..<count], as: UTF8.self)
        }
        #expect(name == "an engine's lon\n")
    }

    @Test func servesTurnsBeforeLaterPiecesBeforeBackground() async throws {
        let worker = try EngineWorker(name: "test")
        let gate = Gate()
        let first = await occupy(worker, until: gate)
        let order = Record()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, priority) in [EnginePriority.background, .continuation, .turn].enumerated() {
                group.addTask {
                    try await worker.run(priority: priority) { _ in order.add(priority) }
                }
                await untilWaiting(index + 1, worker)
            }
            gate.open()
            try await group.waitForAll()
        }
        try await first.value
        #expect(order.all == [.turn, .continuation, .background])
    }

    @Test func saysBusyWhenTheQueueIsFull() async throws {
        let worker = try EngineWorker(name: "test", capacity: 1)
        let gate = Gate()
        let first = await occupy(worker, until: gate)
        async let second = worker.run { _ in 2 }
        await untilWaiting(1, worker)
        await #expect(throws: EngineError.busy) { try await worker.run { _ in 3 } }
        gate.open()
        #expect(try await second == 2)
        try await first.value
    }

    @Test func cancelsWaitingWorkAtOnce() async throws {
        let worker = try EngineWorker(name: "test")
        let gate = Gate()
        let first = await occupy(worker, until: gate)
        let ran = Flag()
        let second = Task { try await worker.run { _ in ran.raise() } }
        await untilWaiting(1, worker)
        second.cancel()
        await #expect(throws: EngineError.cancelled) { try await second.value }
        #expect(worker.waiting == 0)
        gate.open()
        try await first.value
        #expect(!ran.isRaised)
    }

    @Test func tellsRunningWorkAndDropsItsResult() async throws {
        let worker = try EngineWorker(name: "test")
        let gate = Gate()
        let (started, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let task = Task {
            try await worker.run { cancellation throws(EngineError) -> Int in
                continuation.yield()
                try cancellation.withHandler(gate.open) { gate.pass() }
                return 5
            }
        }
        for await _ in started { break }
        task.cancel()
        await #expect(throws: EngineError.cancelled) { try await task.value }
        #expect(try await worker.run { _ in 6 } == 6)
    }

    @Test func aCancelledTaskStartsNothing() async throws {
        let worker = try EngineWorker(name: "test")
        let gate = Gate()
        let task = Task {
            gate.pass()
            return try await worker.run { _ in 1 }
        }
        task.cancel()
        gate.open()
        await #expect(throws: EngineError.cancelled) { try await task.value }
    }

    @Test func shutDownCancelsEverythingAndRefusesMore() async throws {
        let worker = try EngineWorker(name: "test")
        let (started, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let running = Task {
            try await worker.run { cancellation in
                continuation.yield()
                while !cancellation.isCancelled { sched_yield() }
            }
        }
        for await _ in started { break }
        let waiting = Task { try await worker.run { _ in } }
        await untilWaiting(1, worker)
        await worker.shutDown()
        await #expect(throws: EngineError.cancelled) { try await running.value }
        await #expect(throws: EngineError.cancelled) { try await waiting.value }
        await #expect(throws: EngineError.unavailable("test has been shut down")) { try await worker.run { _ in } }
        await worker.shutDown()
    }

    @Test func severalThreadsWorkAtOnce() async throws {
        let worker = try EngineWorker(name: "test", threads: 2)
        let left = Gate()
        let right = Gate()
        async let one: Void = worker.run { _ in
            left.open()
            right.pass()
        }
        async let two: Void = worker.run { _ in
            right.open()
            left.pass()
        }
        try await one
        try await two
    }

    /// Occupies the only thread of a worker with a look that runs until it is given up; returns once it runs.
    private func look(_ worker: EngineWorker) async -> Task<Void, any Error> {
        let started = Latch()
        let task = Task {
            try await worker.run(priority: .partial) { cancellation throws(EngineError) in
                let end = Gate()
                started.set()
                try cancellation.withHandler(end.open) { end.pass() }
                try cancellation.check()
            }
        }
        await started.wait()
        return task
    }

    @Test func aRunningLookMakesRoomForATurn() async throws {
        let worker = try EngineWorker(name: "test")
        let looking = await look(worker)
        let waiting = Task { try await worker.run(priority: .partial) { _ in } }
        await untilWaiting(1, worker)
        #expect(try await worker.run(priority: .turn) { _ in 7 } == 7)
        await #expect(throws: EngineError.busy) { try await looking.value }
        await #expect(throws: EngineError.busy) { try await waiting.value }
    }

    @Test func aLookThatIsCancelledHearsThatAndNothingElse() async throws {
        let worker = try EngineWorker(name: "test")
        let looking = await look(worker)
        looking.cancel()
        await #expect(throws: EngineError.cancelled) { try await looking.value }
    }

    @Test func aLookDoesNotWaitBehindATurn() async throws {
        let worker = try EngineWorker(name: "test")
        let gate = Gate()
        let first = await occupy(worker, until: gate)
        await #expect(throws: EngineError.busy) { try await worker.run(priority: .partial) { _ in } }
        gate.open()
        try await first.value
    }

    @Test func itsThreadIsFreeWhenAResultIsHeardOf() async throws {
        let worker = try EngineWorker(name: "test")
        for _ in 0..<300 {
            try await worker.run { _ in }
            // Would be refused if the turn's thread were still taken.
            try await worker.run(priority: .partial) { _ in }
        }
    }

    @Test func aFullQueueGivesUpSpeculationForATurn() async throws {
        let worker = try EngineWorker(name: "test", capacity: 1)
        let gate = Gate()
        let first = await occupy(worker, until: gate)
        let guess = Task { try await worker.run(priority: .ahead) { _ in } }
        await untilWaiting(1, worker)
        async let turn = worker.run { _ in 2 }
        await #expect(throws: EngineError.busy) { try await guess.value }
        gate.open()
        #expect(try await turn == 2)
        try await first.value
    }

    @Test func manyWorkersComeAndGo() async throws {
        for _ in 0..<200 {
            let worker = try EngineWorker(name: "test")
            #expect(try await worker.run { _ in true })
        }
    }

    @Test(arguments: [EnginePriority.background, .request])
    func otherWorkPausesForATurn(_ priority: EnginePriority) async throws {
        let worker = try EngineWorker(name: "test", beside: 1)
        let (looks, look) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let over = Flag()
        let count = Atomic(0)
        let long = Task {
            try await worker.run(priority: priority) { cancellation throws(EngineError) in
                while !over.isRaised {
                    try cancellation.check()
                    count.add(1, ordering: .sequentiallyConsistent)
                    look.yield()
                }
            }
        }
        for await _ in looks { break }
        let gate = Gate()
        let turn = await occupy(worker, until: gate)
        // One look may have been on its way when the turn began; the thread then stands still.
        var before = -1
        while before != count.load(ordering: .sequentiallyConsistent) {
            before = count.load(ordering: .sequentiallyConsistent)
            for _ in 0..<1000 { await Task.yield() }
        }
        gate.open()
        try await turn.value
        while count.load(ordering: .sequentiallyConsistent) <= before + 1 { await Task.yield() }
        over.raise()
        try await long.value
    }

    @Test func pausesAreToldOnce() async throws {
        let worker = try EngineWorker(name: "test", beside: 1)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let (pauses, tell) = AsyncStream.makeStream(of: Bool.self)
        let over = Flag()
        let long = Task {
            try await worker.run(priority: .request) { cancellation throws(EngineError) in
                try cancellation.observingPauses({ tell.yield($0) }) { () throws(EngineError) in
                    begin.yield()
                    while !over.isRaised { try cancellation.check() }
                }
                try cancellation.check()
                tell.finish()
            }
        }
        for await _ in begun { break }
        let gate = Gate()
        let turn = await occupy(worker, until: gate)
        var told: [Bool] = []
        for await isPaused in pauses {
            told.append(isPaused)
            if isPaused { gate.open() } else { over.raise() }
        }
        try await turn.value
        try await long.value
        #expect(told == [true, false])
    }

    @Test(arguments: [EnginePriority.background, .request])
    func cancelledWorkEndsWhileItIsHeldUp(_ priority: EnginePriority) async throws {
        let worker = try EngineWorker(name: "test", beside: 1)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let long = Task {
            try await worker.run(priority: priority) { cancellation throws(EngineError) in
                begin.yield()
                while true { try cancellation.check() }
            }
        }
        for await _ in begun { break }
        let gate = Gate()
        let turn = await occupy(worker, until: gate)
        long.cancel()
        await #expect(throws: EngineError.cancelled) { try await long.value }
        gate.open()
        try await turn.value
    }

    @Test func nothingIsForgottenBetweenTheThreads() async throws {
        let worker = try EngineWorker(name: "test", beside: 2, capacity: 1000)
        let done = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<600 {
                group.addTask {
                    let priority = [EnginePriority.turn, .background, .request][number % 3]
                    return try await worker.run(priority: priority) { cancellation throws(EngineError) in
                        for _ in 0..<10 { try cancellation.check() }
                        return 1
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(done == 600)
        await worker.shutDown()
    }
}
