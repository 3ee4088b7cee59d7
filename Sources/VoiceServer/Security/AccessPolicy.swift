/// Who may come in, as the configuration says.
public struct AccessPolicy: Sendable {
    /// The texts of `API_KEYS`.
    public var configuredKeys: [String] = []
    /// Only this machine can connect.
    public var isLocal = true
    /// Whoever reaches the server may come in while there is no key.
    public var openAccess = false
    public var origins = OriginPolicy()
    /// The names of the certificate that the operator has put on the server, read at each use; `*.` stands for one label.
    public var certificateNames: @Sendable () -> [String] = { [] }
    public var clientAddress = ClientAddress()
    /// Wrong keys that one address may show in a minute.
    public var wrongKeysPerMinute = 10

    public init() {}

    /// - Parameter names: under which this machine is known, such as its host name.
    public init(_ configuration: Configuration, names: [String] = []) {
        let security = configuration.security
        configuredKeys = security.apiKeys
        isLocal = Self.isLocal(configuration.host)
        openAccess = security.openAccess
        origins = OriginPolicy(
            names: names + [configuration.host] + security.allowedHosts,
            origins: security.allowedOrigins + configuration.transcription.crossOrigins)
        clientAddress = ClientAddress(trusted: security.trustedProxies)
        wrongKeysPerMinute = security.wrongKeysPerMinute
    }

    /// Whether only this machine can connect to an address that is listened on.
    public static func isLocal(_ host: String) -> Bool {
        host.lowercased() == "localhost" || IPAddress(host)?.isLoopback == true
    }

    /// Why the server must not listen, with what to do; nil if it may.
    /// - Parameters:
    ///   - host: the address it would listen on.
    ///   - hasKeys: some key is in force.
    public func objection(toListeningOn host: String, hasKeys: Bool) -> String? {
        guard !isLocal, !hasKeys, !openAccess else { return nil }
        return
            "SERVER_HOST is \(host), where others reach the server, but there is no key to tell friends from strangers. "
            + "Run `hotpin keys add NAME` for each device, or set API_KEYS; SERVER_HOST=127.0.0.1 keeps the server to this "
            + "machine, and OPEN_ACCESS=on lets everyone in."
    }
}
