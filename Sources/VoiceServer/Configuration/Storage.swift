extension Configuration {
    /// Where sessions are kept.
    public struct Storage: Equatable, Sendable {
        /// `redis://[[user:]password@]host[:port][/database]`, for several servers that share sessions; empty keeps
        /// them in SQLite.
        public var redisURL = ""

        public init() {}
    }
}

extension Setting {
    static let storage: [Setting] = [
        .text(
            "REDIS_URL", "a Redis that several servers share sessions through; empty keeps them in STATE_DIR",
            \.configuration.storage.redisURL, isSecret: true)
    ]
}
