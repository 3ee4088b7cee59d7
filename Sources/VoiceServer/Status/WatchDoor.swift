import FoundationEssentials
import Transport
import VoicePipeline

/// `GET /metrics` for Prometheus and `GET /status` for people and programs. Strangers get no metrics and a short status.
public struct WatchDoor: Sendable {
    private let metrics: ServerMetrics
    private let report: @Sendable () -> StatusReport
    private let authenticator: Authenticator

    /// - Parameters:
    ///   - authenticator: knows who may see everything.
    ///   - report: the status, as it is now.
    public init(
        metrics: ServerMetrics, authenticator: Authenticator, report: @escaping @Sendable () -> StatusReport
    ) {
        self.metrics = metrics
        self.authenticator = authenticator
        self.report = report
    }

    func metrics(_ request: HTTPRequest, _ responder: HTTPResponder) async throws {
        try await authenticator.require(request, .operator, door: "metrics")
        let text = await Self.offLoop { [metrics] in metrics.registry.text() }
        try await responder.respond(
            200, headers: ["content-type": MetricText.contentType, "cache-control": "no-store"],
            body: Array(text.utf8))
    }

    func status(_ request: HTTPRequest, _ responder: HTTPResponder) async throws {
        var isOperator = true
        do throws(AccessRefusal) {
            try await authenticator.require(request, .operator, door: "status")
        } catch {
            // Who shows nothing gets the short form; who shows what is wrong is told.
            guard error == .missingKey || error == .localOnly else { throw error }
            isOperator = false
        }
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
