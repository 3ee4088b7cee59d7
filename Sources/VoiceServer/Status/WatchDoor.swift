import FoundationEssentials
import Transport
import VoicePipeline

/// `GET /metrics` for Prometheus and `GET /status` for people and programs. Strangers get no metrics and a short status.
public struct WatchDoor: Sendable {
    /// - Throws: `HTTPError` for a request that is not the operator's.
    public typealias Guard = @Sendable (HTTPRequest) async throws -> Void

    private let metrics: ServerMetrics
    private let report: @Sendable () -> StatusReport
    private let guarded: Guard

    /// - Parameters:
    ///   - report: the status, as it is now.
    ///   - guarded: who may see everything.
    public init(
        metrics: ServerMetrics, report: @escaping @Sendable () -> StatusReport,
        guarded: @escaping Guard = { try OperatorAccess.loopbackOnly($0) }
    ) {
        self.metrics = metrics
        self.report = report
        self.guarded = guarded
    }

    func metrics(_ request: HTTPRequest, _ responder: HTTPResponder) async throws {
        try await guarded(request)
        let text = await Self.offLoop { [metrics] in metrics.registry.text() }
        try await responder.respond(
            200, headers: ["content-type": MetricText.contentType, "cache-control": "no-store"],
            body: Array(text.utf8))
    }

    func status(_ request: HTTPRequest, _ responder: HTTPResponder) async throws {
        var isOperator = true
        do { try await guarded(request) } catch is HTTPError { isOperator = false }
        let text = await Self.offLoop { [report, isOperator] in
            let report = report()
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let data = isOperator ? try? encoder.encode(report) : try? encoder.encode(report.brief)
            return String(decoding: data ?? Data(), as: UTF8.self) + "\n"
        }
        try await responder.respond(200, json: text, headers: ["cache-control": "no-store"])
    }

    /// Files of /proc are read and long texts made: not on the loop.
    private static func offLoop(_ body: @escaping @Sendable () -> String) async -> String {
        await withTaskExecutorPreference(globalConcurrentExecutor) { body() }
    }
}
