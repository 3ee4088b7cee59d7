extension Configuration {
    /// Who may connect, and from where.
    public struct Security: Equatable, Sendable {
        /// Keys that clients show, besides those of `hotpin keys`.
        public var apiKeys: [String] = []
        /// Lets everyone in who reaches the server, while there is no key.
        public var openAccess = false
        /// Names, besides this machine's own, under which clients reach the server.
        public var allowedHosts: [String] = []
        /// Pages of other servers that may talk to this one.
        public var allowedOrigins: [String] = []
        /// Proxies whose word on who the client is counts.
        public var trustedProxies: [AddressRange] = []
        /// Wrong keys that one address may show in a minute; then it has to wait.
        public var wrongKeysPerMinute = 10
        /// The key that `hotpin ask --server` shows; empty shows none.
        public var clientKey = ""

        public init() {}
    }
}

extension Setting {
    static let security: [Setting] = [
        .list(
            "API_KEYS", "keys that clients show, separated by commas; `hotpin keys` makes better ones",
            "must each have 8 to \(APIKey.maximumLength) letters, digits or signs, without spaces, between the commas",
            \.configuration.security.apiKeys, isSecret: true,
            read: { APIKey.isPossible($0.utf8) && $0.utf8.count >= 8 ? $0 : nil }, show: { $0 }),
        .choice(
            "OPEN_ACCESS", "whether strangers may come in while there is no key", [("on", true), ("off", false)],
            \.configuration.security.openAccess, show: { $0 ? "on" : "off" }),
        .list(
            "ALLOWED_HOSTS", "more names of this server, separated by commas; *.home.example for all below",
            "must be names such as hotpin.example or *.home.example", \.configuration.security.allowedHosts,
            read: { OriginPolicy.isName($0) ? $0 : nil }, show: { $0 }),
        .list(
            "ALLOWED_ORIGINS", "other servers whose pages may talk to this one, such as https://home.example",
            "must be like https://home.example or http://10.0.0.7:3000", \.configuration.security.allowedOrigins,
            read: { OriginPolicy.parse($0) == nil ? nil : $0 }, show: { $0 }),
        .list(
            "TRUSTED_PROXIES", "proxies whose X-Forwarded-For is believed, such as 127.0.0.1 or 10.0.0.0/8",
            "must be addresses such as 127.0.0.1 or 10.0.0.0/8", \.configuration.security.trustedProxies,
            read: { AddressRange($0) }, show: \.description),
        .number(
            "WRONG_KEYS_PER_MINUTE", "wrong keys that one address may show", 1...1000,
            \.configuration.security.wrongKeysPerMinute),
        .text(
            "HOTPIN_API_KEY", "the key that `hotpin ask --server` shows", \.configuration.security.clientKey,
            isSecret: true),
    ]
}
