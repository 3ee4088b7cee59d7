import Transport

extension Authenticator {
    /// How far a door opens.
    public enum Strictness: Sendable {
        /// For whoever may talk to the assistant.
        case client
        /// For whoever runs the server. Without keys that is a program on this machine, and not through a proxy, which
        /// speaks for someone else.
        case `operator`
    }

    /// Finds out who sent a request: refuses pages of strangers and wrong keys, and lets those without a key pass that
    /// may show one later, as in a WebSocket's handshake.
    public func receive(_ request: HTTPRequest, door: String) async throws(AccessRefusal) -> Visitor {
        let address = clientAddress.of(request)
        let headers = request.headers
        let refusal = policy.origins.refusal(
            hosts: headers.all("host"), origins: headers.all("origin"), certificateNames: policy.certificateNames)
        if let refusal {
            throw refuse(refusal, address, door)
        }
        guard let key = Self.bearer(headers.all("authorization")) else { return Visitor(address: address) }
        return Visitor(address: address, admission: try await authenticate(key, from: address, door: door))
    }

    /// Lets a visitor in.
    /// - Parameter key: what it showed after it was received, UTF-8; nil if nothing.
    public func admit(_ visitor: Visitor, key: [UInt8]?, door: String) async throws(AccessRefusal) -> Admission {
        if key == nil, let admission = visitor.admission { return admission }
        return try await authenticate(key, from: visitor.address, door: door)
    }

    /// Lets one request in, or says why not.
    @discardableResult
    public func require(
        _ request: HTTPRequest, _ strictness: Strictness = .client, door: String
    ) async throws(AccessRefusal) -> Visitor {
        let visitor = try await receive(request, door: door)
        let admission = try await admit(visitor, key: nil, door: door)
        if strictness == .operator, admission.identity == .open {
            guard IPAddress(request.remoteAddress)?.isLoopback == true, !ClientAddress.isForwarded(request.headers)
            else { throw refuse(.localOnly, visitor.address, door) }
        }
        return Visitor(address: visitor.address, admission: admission)
    }

    /// Refuses a request whose URL holds what looks like a key: it stands in logs and histories already.
    public func refuseKeyInURL(_ request: HTTPRequest) throws(AccessRefusal) {
        guard request.query.contains(where: { Self.isKeyField($0.name, $0.value) }) else { return }
        throw refuse(.keyInURL, clientAddress.of(request), "http")
    }

    package static func isKeyField(_ name: String, _ value: String) -> Bool {
        if value.hasPrefix(APIKey.prefix) { return true }
        let plain = name.lowercased().filter { $0 != "_" && $0 != "-" }
        return ["apikey", "key", "token", "accesstoken", "authorization", "bearer"].contains(plain)
    }

    /// The key of a header `Authorization: Bearer …`; nil if there is none, also when a proxy's own header of another
    /// scheme is there. Two headers hold no key that fits.
    package static func bearer(_ values: [String]) -> [UInt8]? {
        guard let value = values.first else { return nil }
        guard values.count == 1 else { return [] }
        let scheme = value.utf8.prefix { $0 != 0x20 }
        guard scheme.count == 6, value.prefix(6).lowercased() == "bearer" else { return nil }
        var key = value.utf8.dropFirst(6).drop { $0 == 0x20 }[...]
        while key.last == 0x20 { key.removeLast() }
        return Array(key)
    }
}
