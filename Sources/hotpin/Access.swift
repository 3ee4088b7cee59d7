import Storage
import Transport
import VoicePipeline
import VoiceServer

/// Who may come in: the keys and the rules that the configuration asks for.
struct Access: Sendable {
    var policy: AccessPolicy
    let store: SQLiteKeyStore

    /// Opens the keys. They have a connection to the database of their own, so that no one waits at the door for what a
    /// conversation writes.
    static func open(_ configuration: Configuration, root: InstallRoot) async throws -> Access {
        let state = root.resolve(configuration.stateDirectory)
        let database = try await SQLiteDatabase.open(state + "/hotpin.sqlite3")
        let names = OriginPolicy.names(ofMachine: MachineNames.hostLabel)
        return Access(policy: AccessPolicy(configuration, names: names), store: SQLiteKeyStore(database))
    }

    /// - Throws: `ConfigurationError` when the server would be open to strangers whom nobody let in.
    func authenticator(host: String, metrics: ServerMetrics = ServerMetrics(), log: Log) async throws -> Authenticator {
        let authenticator = try await Authenticator.load(policy: policy, store: store, metrics: metrics, log: log)
        if let objection = policy.objection(toListeningOn: host, hasKeys: authenticator.keyCount > 0) {
            throw ConfigurationError(mistakes: [objection])
        }
        if !policy.isLocal, authenticator.isOpen {
            log.warning(
                "OPEN_ACCESS is on and there is no key: whoever reaches the server may use it", ["host": .text(host)])
        }
        return authenticator
    }
}
