import Transport
import VoicePipeline
import VoiceServer

/// What watches over a running server: its log, its metrics, its supervisor, and what a crash leaves behind.
struct Care: Sendable {
    let log: Log
    let metrics = ServerMetrics()
    let liveness = Liveness()
    let supervisor = ServiceSupervisor()
    private let writer: LogWriter
    private let errors: RecentErrors
    private let marker: RunMarker
    private let started = ContinuousClock.now
    private let configuration: Configuration

    /// Begins to watch.
    /// - Parameter stateFolder: where a crash leaves its report; must be there.
    init(_ configuration: Configuration, stateFolder: String) {
        self.configuration = configuration
        let clock = SystemWallClock()
        let startTime = clock.now()
        let errors = RecentErrors(clock: clock)
        let records = metrics.registry.counter(
            "hotpin_log_records_total", "Log records by level.", labels: ["level"],
            known: Log.Level.allCases.map { [$0.name] })
        let writer = LogWriter(format: configuration.logFormat, clock: clock) { record in
            records.count(record.level.name)
            errors.add(record)
        }
        self.errors = errors
        self.writer = writer
        log = writer.log(minimum: configuration.logLevel, keepsSpeech: configuration.logSpeech)
        let marker = RunMarker(folder: stateFolder, startTime: startTime)
        self.marker = marker
        CrashReport.write(to: marker.crashFile)
        metrics.addProcess(version: ServerStatus.version, startTime: startTime)
        metrics.addEngines()
        metrics.registry.collect("hotpin_log_lines_dropped_total", "Log lines that nobody read in time.", .counter) {
            [MetricSample([], Double(writer.dropped))]
        }
        metrics.registry.collect(
            "hotpin_last_run", "How the run before ended; the value is 1 for what happened.", .gauge, labels: ["end"]
        ) { LastRun.names.map { MetricSample([$0], $0 == marker.lastRun.name ? 1 : 0) } }
        if let advice = marker.lastRun.advice(report: marker.keptReport) { log.warning(advice) }
    }

    /// Answers `/metrics` and `/status`.
    /// - Parameter models: what answers, by role.
    func door(models: [String: String], authenticator: Authenticator) -> WatchDoor {
        let (metrics, liveness, errors, started, lastRun) = (metrics, liveness, errors, started, marker.lastRun)
        return WatchDoor(
            metrics: metrics, authenticator: authenticator,
            report: {
                StatusReport(
                    metrics: metrics, liveness: liveness, errors: errors, uptime: started.duration(to: .now),
                    models: models, lastRun: lastRun)
            })
    }

    /// Keeps looking whether the server still does its work.
    func pulse(of loop: EventLoop) -> Pulse {
        let supervisor = supervisor
        return Pulse(
            probe: {
                await withCheckedContinuation { continuation in loop.execute { continuation.resume() } }
            }, liveness: liveness, metrics: metrics, stuckSeconds: configuration.stuckSeconds,
            watchdog: supervisor.watchdog, log: log
        ) { if supervisor.watchdog != nil { supervisor.tell(.alive) } }
    }

    /// Runs the loading of everything, and ends the process if it takes too long, because a start that hangs is no
    /// start, or if it is to end before.
    func loading<Value: Sendable>(
        until termination: Latch, _ body: () async throws -> Value
    ) async rethrows -> Value {
        let watch = StartWatch(seconds: configuration.startSeconds, until: termination) { verdict in
            giveUp(verdict)
        }
        defer { watch.end() }
        return try await body()
    }

    private func giveUp(_ verdict: StartWatch.Verdict) {
        switch verdict {
        case .tooLong:
            log.error(
                "the start took too long and is given up; a slow disk or machine may need more START_SECONDS",
                ["seconds": .int(configuration.startSeconds)])
        case .terminated:
            log.info("stopping before the start was over")
            supervisor.tell(.stopping)
        }
        finish()
        leaveProcess(verdict == .terminated ? .done : .failed)
    }

    /// Writes what is left of the log and notes an orderly end.
    func finish() {
        marker.finish()
        writer.flush(seconds: 2)
    }
}
