import Testing
import Transport
import VoicePipeline
import VoiceTesting

@Suite struct LoopClockTests {
    private let clock: LoopClock

    init() throws {
        clock = LoopClock(try EventLoop(name: "test"))
    }

    @Test(arguments: [0, 1, 5, 20]) func sleepsUntilItsTimeAndNoLess(milliseconds: Int) async throws {
        let deadline = clock.now + .milliseconds(milliseconds)
        try await clock.sleep(until: deadline)
        #expect(ContinuousClock.now >= deadline)
    }

    @Test func whatIsPastIsNotWaitedFor() async throws {
        try await clock.sleep(for: .seconds(-3600))
    }

    @Test func manySleepAtOnce() async {
        let ended = await withTaskGroup(of: Int.self) { group in
            for milliseconds in [90, 30, 60, 1] {
                group.addTask { [clock] in
                    await isCancelled { try await clock.sleep(for: .milliseconds(milliseconds)) } ? 0 : milliseconds
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(ended) == [1, 30, 60, 90])
    }

    @Test func aCancelledSleepEndsAtOnce() async throws {
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 {
                group.addTask { [clock] in await isCancelled { try await clock.sleep(for: .seconds(86_400)) } }
            }
            // Some have begun by now, others will find themselves cancelled before they do.
            try? await clock.sleep(for: .milliseconds(1))
            group.cancelAll()
            for await wasCancelled in group { #expect(wasCancelled) }
        }
    }

    @Test func aCancelledTaskDoesNotSleep() async throws {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { [clock] in
                withUnsafeCurrentTask { $0?.cancel() }
                return await isCancelled { try await clock.sleep(for: .seconds(86_400)) }
            }
            for await wasCancelled in group { #expect(wasCancelled) }
        }
    }

    @Test func sleepsThatAreOverDoNotHoldTheirLoop() async throws {
        weak var held: EventLoop?
        try await {
            let loop = try EventLoop(name: "test")
            held = loop
            try await LoopClock(loop).sleep(for: .milliseconds(1))
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await LoopClock(loop).sleep(for: .seconds(86_400)) }
                group.cancelAll()
            }
        }()
        for _ in 0..<1000 where held != nil { try await clock.sleep(for: .milliseconds(10)) }
        #expect(held == nil)
    }
}

private func isCancelled(_ body: () async throws -> Void) async -> Bool {
    do {
        try await body()
        return false
    } catch {
        return error is CancellationError
    }
}
