import VoicePipeline

/// Feels the server's pulse: does the network's loop take something up, do the engines get on? Only then it tells the
/// service manager that the server lives; one that hangs is so restarted.
///
/// When the loop hangs, so does `run()`, and the manager hears nothing.
public struct Pulse: Service {
    /// Passes through the network's loop: returns when the loop has taken up something new.
    public typealias Probe = @Sendable () async -> Void

    private let probe: Probe
    private let liveness: Liveness
    private let metrics: ServerMetrics
    private let stuckSeconds: Double
    private let period: Duration
    private let clock: any Clock<Duration>
    private let engines: @Sendable () -> [EngineStatistics]
    private let alive: @Sendable () -> Void
    private let log: Log

    /// - Parameters:
    ///   - watchdog: the time after which the service manager takes the server for dead.
    ///   - engines: what the engines do now.
    ///   - alive: tells the service manager.
    public init(
        probe: @escaping Probe, liveness: Liveness, metrics: ServerMetrics, stuckSeconds: Int, watchdog: Duration?,
        clock: any Clock<Duration> = ContinuousClock(),
        engines: @escaping @Sendable () -> [EngineStatistics] = { EngineWorker.statistics() }, log: Log,
        alive: @escaping @Sendable () -> Void
    ) {
        self.probe = probe
        self.liveness = liveness
        self.metrics = metrics
        self.stuckSeconds = Double(stuckSeconds)
        // The manager asks for half its time; a second shows a slow loop soon enough.
        self.period = min(.seconds(1), watchdog.map { $0 / 2 } ?? .seconds(1))
        self.clock = clock
        self.engines = engines
        self.log = log
        self.alive = alive
    }

    public func run() async throws {
        while !Task.isCancelled {
            let asked = ContinuousClock.now
            await probe()
            metrics.loopDelay.observe(asked.duration(to: .now).seconds)
            if liveness.update(engines(), stuckSeconds: stuckSeconds) {
                if let problem = liveness.problem {
                    log.error("the server hangs", ["reason": .text(problem)])
                } else {
                    log.info("the server goes on")
                }
            }
            if liveness.problem == nil { alive() }
            try await clock.sleep(for: period)
        }
    }
}
