import VoicePipeline

/// What `GET /status` tells: how the server does now, in one object.
public struct StatusReport: Encodable, Sendable {
    /// What a stranger may know.
    public struct Brief: Encodable, Sendable {
        public var name: String
        public var version: String
        /// `running`, or `hanging` when an engine makes no progress.
        public var status: String
    }

    /// Milliseconds from the end of speech to the last audio, of the last turns.
    public struct Latency: Encodable, Sendable {
        var turns: Int
        var p50, p95, p99: Double
    }

    public struct Engine: Encodable, Sendable {
        var name: String
        var threads, running, waiting, finished, refused: Int
        var busySeconds: Double
    }

    public struct Process: Encodable, Sendable {
        var residentMegabytes: Int
        var cpuSeconds: Double
        var openDescriptors: Int
    }

    var name = ServerStatus.name
    var version = ServerStatus.version
    var status: String
    /// What is wrong, when the status is not `running`.
    var problem: String?
    var uptimeSeconds: Int
    /// What answers: models by role.
    var models: [String: String]
    var sessions: Int
    /// Turns since the start by how they ended.
    var turns: [String: Int]
    /// Missing until a turn was answered.
    var latencyMilliseconds: Latency?
    var engines: [Engine]
    var process: Process
    /// How the run before this one ended.
    var lastRun: String
    /// Warnings and errors by message, the last first.
    var recentErrors: [RecentErrors.Kind]

    var brief: Brief { Brief(name: name, version: version, status: status) }

    /// Reads everything now.
    /// - Parameters:
    ///   - uptime: since the start.
    ///   - models: what answers, by role.
    public init(
        metrics: ServerMetrics, liveness: Liveness, errors: RecentErrors, uptime: Duration, models: [String: String],
        lastRun: LastRun
    ) {
        problem = liveness.problem
        status = problem == nil ? "running" : "hanging"
        uptimeSeconds = Int(uptime.seconds)
        self.models = models
        sessions = Int(metrics.sessions.value())
        turns = Dictionary(
            uniqueKeysWithValues: ["skill", "model", "apology", "failed", "cancelled"].map {
                ($0, Int(metrics.turns.value($0)))
            })
        latencyMilliseconds = metrics.recent.percentiles.map {
            Latency(
                turns: metrics.recent.count, p50: $0.p50.rounded(), p95: $0.p95.rounded(), p99: $0.p99.rounded())
        }
        engines = EngineWorker.statistics().map {
            Engine(
                name: $0.name, threads: $0.threads, running: $0.running, waiting: $0.waiting.values.reduce(0, +),
                finished: $0.finished, refused: $0.refused, busySeconds: ($0.busySeconds * 100).rounded() / 100)
        }
        process = Process(
            residentMegabytes: Int(ProcessUsage.residentBytes / 1_048_576),
            cpuSeconds: (ProcessUsage.cpuSeconds * 100).rounded() / 100,
            openDescriptors: ProcessUsage.openDescriptors)
        self.lastRun = lastRun.name
        recentErrors = errors.all
    }
}
