import VoicePipeline

extension Configuration {
    /// Where sessions are kept.
    public struct Storage: Equatable, Sendable {
        /// A Redis, for several servers that share sessions; nil keeps them in SQLite.
        public var redis: RedisAddress?
        /// How long what was said is kept, days; 0 keeps it for ever. Notes and lists stay.
        public var historyDays = 30

        public init() {}
    }
}

extension Setting {
    static let storage: [Setting] = [
        Setting(
            name: "REDIS_URL",
            summary: "a Redis that several servers share sessions through; empty keeps them in STATE_DIR",
            isSecret: true,
            apply: { text, draft in
                draft.configuration.storage.redis = nil
                if text.isEmpty { return nil }
                guard let address = RedisAddress(url: text) else {
                    return "must be redis://[[user:]password@]host[:port][/database] or unix:///path, with %40 and the "
                        + "like for signs in a password"
                }
                draft.configuration.storage.redis = address
                return nil
            }, show: { $0.configuration.storage.redis?.name ?? "" }),
        .number(
            "HISTORY_DAYS", "days that conversations are kept; 0 for ever", 0...36_500,
            \.configuration.storage.historyDays),
    ]
}
