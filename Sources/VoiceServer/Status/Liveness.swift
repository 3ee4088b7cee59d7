import VoicePipeline

/// Whether the server still does its work. What is wrong is told once, and stands in `/health` until it is over.
public final class Liveness: Sendable {
    private let current = Guarded<String?>(nil)

    public init() {}

    /// What is wrong; nil if nothing is.
    public var problem: String? { current.withLock { $0 } }

    /// Looks at the engines.
    /// - Parameter stuckSeconds: work that is computed for longer is taken for stuck.
    /// - Returns: whether the finding changed.
    package func update(_ engines: [EngineStatistics], stuckSeconds: Double) -> Bool {
        let stuck = engines.filter { $0.longestRunningSeconds > stuckSeconds }.map(\.name)
        let found = stuck.isEmpty ? nil : "no progress for \(Int(stuckSeconds)) s: \(stuck.joined(separator: ", "))"
        return current.withLock { current in
            defer { current = found }
            return current != found
        }
    }
}
