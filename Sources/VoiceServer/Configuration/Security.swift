extension Configuration {
    /// Who may connect, and from where.
    public struct Security: Equatable, Sendable {
        /// Keys that clients show, besides those of `hotpin keys`; separated by commas.
        public var apiKeys = ""

        public init() {}
    }
}

extension Setting {
    static let security: [Setting] = [
        .text(
            "API_KEYS", "keys that clients show, separated by commas", \.configuration.security.apiKeys,
            isSecret: true)
    ]
}
