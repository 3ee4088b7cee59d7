/// What was decided at the doors since the start.
public struct AccessCounts: Equatable, Sendable {
    /// With a key.
    public var admitted = 0
    /// By reason.
    public var missingKey = 0
    public var wrongKey = 0
    public var tooManyAttempts = 0
    public var localOnly = 0
    public var host = 0
    public var origin = 0
    public var keyInURL = 0

    public init() {}

    mutating func add(_ refusal: AccessRefusal) {
        switch refusal {
        case .missingKey: missingKey += 1
        case .wrongKey: wrongKey += 1
        case .tooManyAttempts: tooManyAttempts += 1
        case .localOnly: localOnly += 1
        case .host: host += 1
        case .origin: origin += 1
        case .keyInURL: keyInURL += 1
        }
    }

    /// Each reason's name and number, for metrics.
    public var refusals: [(reason: String, count: Int)] {
        [
            ("missing_key", missingKey), ("wrong_key", wrongKey), ("too_many_attempts", tooManyAttempts),
            ("local_only", localOnly), ("host", host), ("origin", origin), ("key_in_url", keyInURL),
        ]
    }
}

extension AccessRefusal {
    /// For logs: nothing of what the client sent.
    var kind: String {
        switch self {
        case .missingKey: "no key"
        case .wrongKey: "wrong key"
        case .tooManyAttempts: "too many wrong keys"
        case .localOnly: "not a program on this machine"
        case .host: "unknown host name"
        case .origin: "page of another server"
        case .keyInURL: "key in the URL"
        }
    }
}
