import Glibc
import Storage
import VoicePipeline

/// Writes to a store as fast as it goes until it is killed, and says what was confirmed: the victim of the durability
/// tests.
///
///     storage-writer write PLACE SESSION…    one line for each change, when it was begun and when it was confirmed
///     storage-writer dump PLACE SESSION…     what is there
///
/// PLACE is a file, or a Redis as in REDIS_URL.
@main
struct StorageWriter {
    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.count > 3 else { return say("usage: storage-writer write|dump PLACE SESSION…") }
        do {
            let (assistant, conversations) = try await open(arguments[2])
            let sessions = arguments.dropFirst(3)
            if arguments[1] == "write" {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for session in sessions {
                        group.addTask { try await write(session, assistant, conversations) }
                    }
                    try await group.waitForAll()
                }
            } else {
                for session in sessions { try await dump(session, assistant, conversations) }
            }
        } catch {
            say("failed \(error)")
            exit(1)
        }
    }

    private static func open(_ place: String) async throws -> (any AssistantStore, any ConversationStore) {
        if let address = RedisAddress(url: place) {
            let redis = try RedisDatabase(address, log: .none)
            return (RedisAssistantStore(redis), RedisConversationStore(redis))
        }
        let database = try await SQLiteDatabase.open(place)
        return (SQLiteAssistantStore(database), SQLiteConversationStore(database))
    }

    /// Each round adds one of everything, and takes away what the round before the last added.
    private static func write(
        _ session: String, _ assistant: any AssistantStore, _ conversations: any ConversationStore
    ) async throws {
        for round in 0... {
            try await confirmed("item", session, round) {
                try await assistant.add("item-\(round)", to: .shopping, session: session)
            }
            try await confirmed("alarm", session, round) {
                try await assistant.add(
                    Alarm(
                        id: "\(session)-\(round)", session: session, kind: .timer, label: "\(round)", created: 1,
                        due: Double(round)))
            }
            try await confirmed("turn", session, round) {
                try await conversations.append(user: "u\(round)", assistant: "a\(round)", to: session)
            }
            guard round >= 2, round.isMultiple(of: 2) else { continue }
            try await confirmed("item-gone", session, round - 2) {
                _ = try await assistant.remove("item-\(round - 2)", from: .shopping, session: session)
            }
            try await confirmed("alarm-gone", session, round - 2) {
                _ = try await assistant.removeAlarm("\(session)-\(round - 2)")
            }
        }
    }

    private static func confirmed(
        _ what: String, _ session: String, _ round: Int, _ change: () async throws -> Void
    ) async throws {
        say("begun \(what) \(session) \(round)")
        try await change()
        say("confirmed \(what) \(session) \(round)")
    }

    private static func dump(
        _ session: String, _ assistant: any AssistantStore, _ conversations: any ConversationStore
    ) async throws {
        for item in try await assistant.items(of: .shopping, session: session) { say("item \(session) \(item)") }
        for alarm in try await assistant.alarms(of: session) { say("alarm \(session) \(alarm.label)") }
        for message in try await conversations.history(of: session, turns: 1000) {
            say("\(message.role.rawValue) \(session) \(message.content)")
        }
    }

    /// One line, at once; whole even when others write too.
    private static func say(_ line: String) {
        var text = line + "\n"
        text.withUTF8 { _ = Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}
