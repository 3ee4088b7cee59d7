extension Configuration {
    /// Encrypted listening.
    public struct TLS: Equatable, Sendable {
        /// PEM file with the certificate and those that signed it; empty makes one at the first start.
        public var certificate = ""
        /// PEM file with the certificate's private key.
        public var key = ""

        public init() {}
    }
}

extension Setting {
    static let tls: [Setting] = [
        .text("TLS_CERT", "certificate chain, a PEM file", \.configuration.tls.certificate),
        .text("TLS_KEY", "its private key, a PEM file", \.configuration.tls.key),
    ]
}
