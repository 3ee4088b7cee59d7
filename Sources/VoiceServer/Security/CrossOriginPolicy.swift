import Transport

/// Which pages of other servers may read this server's answers: cross-origin resource sharing. None, unless they are named.
/// - Source: the Fetch standard, section 3.2.
public struct CrossOriginPolicy: Equatable, Sendable {
    private let origins: Set<String>

    /// Seconds for which a browser remembers the answer to its question.
    private static let maximumAge = 600

    /// - Parameter origins: such as `https://home.example`.
    public init(origins: [String] = []) {
        self.origins = Set(origins.map { $0.lowercased() })
    }

    /// What an answer to a page's request has besides its own fields; nil for any other request.
    package func headers(_ request: HTTPHeaders) -> HTTPHeaders? {
        guard let origin = allowed(request) else { return nil }
        return [
            "access-control-allow-origin": origin, "vary": "Origin",
            "access-control-expose-headers": "X-Request-Id, Retry-After",
        ]
    }

    /// The answer to a browser that asks whether a page may send a request; nil for what is no such question, or not allowed.
    package func preflight(_ method: String, _ request: HTTPHeaders) -> HTTPHeaders? {
        guard method == "OPTIONS", request.first("access-control-request-method") != nil, let origin = allowed(request)
        else { return nil }
        let wanted = request.first("access-control-request-headers") ?? ""
        let isList = wanted.utf8.count <= 2048 && wanted.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
        return [
            "access-control-allow-origin": origin, "vary": "Origin",
            "access-control-allow-methods": "GET, HEAD, POST",
            "access-control-allow-headers": isList && !wanted.isEmpty ? wanted : "Authorization, Content-Type",
            "access-control-max-age": "\(Self.maximumAge)",
        ]
    }

    private func allowed(_ request: HTTPHeaders) -> String? {
        let found = request.all("origin")
        guard !origins.isEmpty, found.count == 1, let origin = found.first, origins.contains(origin.lowercased()) else {
            return nil
        }
        return origin
    }
}
