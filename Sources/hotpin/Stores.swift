import Storage
import VoicePipeline
import VoiceServer

/// Where what users say and want remembered is kept: a file here, or a Redis that servers share.
struct Stores: Sendable {
    var conversations: any ConversationStore
    var assistant: any AssistantStore
    /// How often timers are looked for that other servers set or moved, seconds.
    var alarmPollSeconds: Double
    private var days: Int

    /// - Parameter keepsState: false keeps everything in memory only.
    /// - Throws: what a person must see to: a file that cannot be used, a password that Redis does not take. A Redis
    ///   that is not there yet is waited for.
    static func open(
        _ configuration: Configuration, root: InstallRoot, log: Log, keepsState: Bool = true
    ) async throws -> Stores {
        let days = configuration.storage.historyDays
        if keepsState, let address = configuration.storage.redis {
            let redis = try RedisDatabase(address, log: log)
            do {
                try await redis.check()
            } catch StorageError.unusable(let advice) {
                throw StorageError.unusable(advice)
            } catch {
                log.warning("serving without memory until Redis is there", ["redis": .text(address.name)])
            }
            return Stores(
                conversations: RedisConversationStore(redis, days: days), assistant: RedisAssistantStore(redis),
                alarmPollSeconds: 2, days: days)
        }
        let state = root.resolve(configuration.stateDirectory)
        let database = try await SQLiteDatabase.open(keepsState ? state + "/hotpin.sqlite3" : ":memory:")
        return Stores(
            conversations: SQLiteConversationStore(database), assistant: SQLiteAssistantStore(database),
            alarmPollSeconds: 30, days: days)
    }

    /// Forgets old conversations.
    func retention(log: Log) -> HistoryRetention {
        HistoryRetention(store: conversations, days: days, clock: SystemWallClock(), log: log)
    }
}
