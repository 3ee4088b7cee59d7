/// One address that a server listens on.
public struct HTTPListener: Sendable {
    /// A numeric address or a name.
    public var host: String
    /// 0 lets the system choose.
    public var port: Int
    /// With one, this listener speaks TLS (https and wss) only.
    public var identity: TLSIdentity?
    /// When another program listens there already, the server does without this listener.
    public var isOptional: Bool

    public init(
        host: String = "127.0.0.1", port: Int = 8000, identity: TLSIdentity? = nil, isOptional: Bool = false
    ) {
        self.host = host
        self.port = port
        self.identity = identity
        self.isOptional = isOptional
    }
}

/// Where a server listens.
public struct ListeningAddress: Equatable, Sendable {
    /// As configured.
    public let host: String
    /// The real port, also when 0 was configured.
    public let port: Int
    /// Whether TLS is spoken there.
    public let isEncrypted: Bool
}

/// All addresses of a server.
public struct Listening: Equatable, Sendable {
    /// In the order of the configuration, without optional ones that were taken; at least one.
    public let addresses: [ListeningAddress]

    /// Of the first address.
    public var host: String { addresses.first?.host ?? "" }
    /// Of the first address.
    public var port: Int { addresses.first?.port ?? 0 }
    /// Of the first address that speaks TLS.
    public var encryptedPort: Int? { addresses.first { $0.isEncrypted }?.port }
    /// Of the first address without TLS.
    public var plainPort: Int? { addresses.first { !$0.isEncrypted }?.port }
}
