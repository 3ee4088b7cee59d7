import Testing
import VoicePipeline
import VoiceServer
import VoiceTesting

@Suite struct PulseTests {
    private static func engine(_ name: String, running seconds: Double) -> EngineStatistics {
        EngineStatistics(
            name: name, threads: 1, running: 1, waiting: [:], busySeconds: seconds, longestRunningSeconds: seconds,
            finished: 0, refused: 0)
    }

    /// Counts up to a number, then ends its task's waiting.
    private final class Beats: Sendable {
        private let count = Guarded(0)
        var soFar: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
    }

    /// A clock whose every sleep is over at once, until so many were slept.
    private struct CountedClock: Clock {
        typealias Instant = ContinuousClock.Instant
        let beats: Beats
        let limit: Int
        var now: Instant { .now }
        var minimumResolution: Duration { .zero }
        func sleep(until deadline: Instant, tolerance: Duration?) async throws {
            beats.add()
            if beats.soFar >= limit { throw CancellationError() }
        }
    }

    private func run(beats limit: Int, engines: @escaping @Sendable (Int) -> [EngineStatistics]) async -> (
        alive: Int, liveness: Liveness, metrics: ServerMetrics, messages: [String]
    ) {
        let (beats, alive) = (Beats(), Beats())
        let (liveness, metrics) = (Liveness(), ServerMetrics())
        let messages = Guarded<[String]>([])
        let pulse = Pulse(
            probe: {}, liveness: liveness, metrics: metrics, stuckSeconds: 60, watchdog: .seconds(30),
            clock: CountedClock(beats: beats, limit: limit), engines: { engines(beats.soFar) },
            log: Log { record in messages.withLock { $0.append(record.message) } }, alive: alive.add)
        try? await pulse.run()
        return (alive.soFar, liveness, metrics, messages.withLock { $0 })
    }

    @Test func beatsWhileEverythingGetsOn() async {
        let run = await run(beats: 5) { _ in [Self.engine("whisper", running: 59)] }
        #expect(run.alive == 5)
        #expect(run.liveness.problem == nil)
        #expect(run.metrics.loopDelay.count() == 5)
        #expect(run.messages.isEmpty)
    }

    @Test func stopsWhenAnEngineIsStuckAndSaysSoOnce() async {
        let run = await run(beats: 5) { _ in [Self.engine("silero", running: 0), Self.engine("whisper", running: 61)] }
        #expect(run.alive == 0)
        #expect(run.liveness.problem == "no progress for 60 s: whisper")
        #expect(run.messages == ["the server hangs"])
    }

    @Test func goesOnWhenTheEngineDoes() async {
        let run = await run(beats: 6) { beat in [Self.engine("whisper", running: beat == 2 ? 61 : 0)] }
        #expect(run.alive == 5)
        #expect(run.liveness.problem == nil)
        #expect(run.messages == ["the server hangs", "the server goes on"])
    }

    @Test func aLoopThatHangsIsHeardOf() async {
        let alive = Beats()
        let (asked, never) = (Latch(), Latch())
        let pulse = Pulse(
            probe: {
                asked.set()
                await never.wait()
            }, liveness: Liveness(), metrics: ServerMetrics(), stuckSeconds: 60, watchdog: .milliseconds(1),
            engines: { [] }, log: .none, alive: alive.add)
        let running = Task { try await pulse.run() }
        await asked.wait()
        #expect(alive.soFar == 0)
        running.cancel()
        _ = await running.result
    }
}
