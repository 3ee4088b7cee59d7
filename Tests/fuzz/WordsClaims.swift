import VoiceBrain
import VoicePipeline
import VoiceTesting

/// What was heard, through every skill: reading it and doing it.
enum WordsClaims {
    private static let moments = [
        LocalTime(year: 2025, month: 3, day: 4, hour: 19, minute: 15), LocalTime(year: 2024, month: 2, day: 29),
        LocalTime(year: 1970, month: 1, day: 1), LocalTime(year: 9_999, month: 12, day: 31, hour: 23, minute: 59),
    ]

    static func check(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        for moment in moments {
            let brain = AssistantBrain(
                clock: ManualWallClock(moment), store: EmptyStore(), chat: nil, log: .none)
            waiting {
                let reply = try? await brain.reply(to: BrainRequest(session: "s", utterance: text)) { _ in }
                claim(reply?.text.isEmpty == false, "no answer to “\(text)”")
            }
        }
    }
}

/// Keeps nothing, so that one input leaves nothing to the next.
private struct EmptyStore: AssistantStore {
    func add(_ text: String, to list: AssistantList, session: String) async throws(StorageError) {}
    func items(of list: AssistantList, session: String) async throws(StorageError) -> [String] { ["milk", "two eggs"] }
    func remove(_ text: String, from list: AssistantList, session: String) async throws(StorageError) -> Bool { true }
    func clear(_ list: AssistantList, session: String) async throws(StorageError) -> Int { 2 }
    func add(_ alarm: Alarm) async throws(StorageError) {
        claim(alarm.due.isFinite, "an alarm that is due at \(alarm.due)")
    }
    func alarms(of session: String) async throws(StorageError) -> [Alarm] {
        [Alarm(id: "a", session: "s", kind: .timer, label: "pasta", created: 0, due: 3e11)]
    }
    func nextAlarms(after time: Double) async throws(StorageError) -> [Alarm] { [] }
    func claimAlarm(_ id: String, as claim: String, for seconds: Double) async throws(StorageError) -> Bool { true }
    func releaseAlarm(_ id: String, claimedAs claim: String) async throws(StorageError) {}
    func moveAlarm(_ alarm: Alarm) async throws(StorageError) -> Bool { true }
    func removeAlarm(_ id: String) async throws(StorageError) -> Bool { true }
}
