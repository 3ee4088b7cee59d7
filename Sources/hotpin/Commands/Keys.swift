import Transport
import VoicePipeline
import VoiceServer

extension CommandContext {
    /// Makes, lists or revokes keys; a running server notices.
    func keys() async -> ExitCode {
        do {
            let store = try await Access.open(configuration, root: root).store
            let name = invocation.operands.last ?? ""
            switch invocation.operands.first {
            case "add": return try await addKey(name, store)
            case "revoke": return try await revokeKey(name, store)
            default: return try await listKeys(store)
            }
        } catch {
            Console.complain(explain(error))
            return .failed
        }
    }

    private func addKey(_ name: String, _ store: some AccessKeyStore) async throws -> ExitCode {
        guard Identity.isName(name) else {
            Console.complain("“\(name)” cannot be a name: take 1 to 64 letters, digits, dots, dashes or underscores.")
            return .usage
        }
        let key = APIKey(random: randomBytes(32))
        let entry = AccessKey(name: name, hash: APIKey.hash(key.text.utf8), created: SystemWallClock().now())
        guard try await store.add(entry) else {
            Console.complain("There is a key “\(name)” already. Revoke it first, or take another name.")
            return .failed
        }
        if invocation.json {
            Console.print(json: ["name": name, "key": key.text])
        } else {
            // The key alone on standard output, for scripts.
            Console.print(key.text)
            Console.complain("this is the key of “\(name)”; copy it now, it is shown only this once.")
        }
        return .done
    }

    private func revokeKey(_ name: String, _ store: some AccessKeyStore) async throws -> ExitCode {
        guard try await store.revoke(name, at: SystemWallClock().now()) else {
            Console.complain("No key “\(name)” is in force; `hotpin keys list` names those that are.")
            return .failed
        }
        if invocation.json {
            Console.print(json: ["revoked": name])
        } else {
            Console.print("“\(name)” is revoked; a running server closes its connections within seconds.")
        }
        return .done
    }

    private func listKeys(_ store: some AccessKeyStore) async throws -> ExitCode {
        let rows = try await store.keys().map(KeyRow.init)
        if invocation.json {
            Console.print(json: rows)
            return .done
        }
        let configured = configuration.security.apiKeys.count
        if configured > 0 { Console.print("API_KEYS  \(configured) in the configuration") }
        for row in rows {
            let used = row.lastUsed.map { "last used \($0)" } ?? "never used"
            Console.print("\(row.name)  made \(row.created)  \(used)\(row.revoked.map { "  revoked \($0)" } ?? "")")
        }
        if rows.isEmpty, configured == 0 {
            Console.print("There are no keys. `hotpin keys add NAME` makes one.")
        }
        return .done
    }
}

/// A line of `hotpin keys list`. Days are UTC, as 2026-01-31.
private struct KeyRow: Encodable {
    var name: String
    var created: String
    var lastUsed: String?
    var revoked: String?

    private enum CodingKeys: String, CodingKey {
        case name, created, revoked
        case lastUsed = "last_used"
    }

    init(_ key: AccessKey) {
        name = key.name
        created = Self.day(key.created)
        lastUsed = key.lastUsed.map { CalendarDay(daysSince1970: $0).description }
        revoked = key.revoked.map(Self.day)
    }

    private static func day(_ seconds: Double) -> String {
        CalendarDay(daysSince1970: CalendarDay.number(of: seconds)).description
    }
}
