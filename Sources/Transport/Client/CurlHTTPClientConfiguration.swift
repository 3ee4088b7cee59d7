/// How requests go out.
public struct CurlHTTPClientConfiguration: Sendable {
    /// Whether `http_proxy`, `https_proxy` and `no_proxy` of the environment count.
    public var usesProxyOfEnvironment = true
    /// A file with the certificates to trust (PEM); without one those of the system.
    public var trustedCertificates: String?
    /// Status line and header fields of one response, in bytes.
    public var maxHeaderBytes = 64 * 1024
    /// Bytes of a response kept for a caller that does not take them; then the server is held back.
    public var receiveBuffer = 256 * 1024
    /// Idle connections kept for the next request.
    public var maxIdleConnections = 16

    /// The defaults.
    public init() {}
}
