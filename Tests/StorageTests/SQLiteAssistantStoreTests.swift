import Storage
import Testing
import VoicePipeline

@Suite struct SQLiteAssistantStoreTests {
    private func store() async throws -> SQLiteAssistantStore {
        SQLiteAssistantStore(try await SQLiteDatabase.open(":memory:"))
    }

    @Test func keepsListsAndSessionsApart() async throws {
        let store = try await store()
        try await store.add("milk", to: .shopping, session: "a")
        try await store.add("note", to: .notes, session: "a")
        try await store.add("eggs", to: .shopping, session: "b")
        #expect(try await store.items(of: .shopping, session: "a") == ["milk"])
        #expect(try await store.clear(.shopping, session: "a") == 1)
        #expect(try await store.items(of: .notes, session: "a") == ["note"])
        #expect(try await store.items(of: .shopping, session: "b") == ["eggs"])
        #expect(try await store.clear(.shopping, session: "a") == 0)
    }

    @Test func removesTheFirstWithoutRegardToCase() async throws {
        let store = try await store()
        for item in ["Milk", "ÄPFEL", "milk"] { try await store.add(item, to: .shopping, session: "s") }
        #expect(try await store.remove("MILK", from: .shopping, session: "s"))
        #expect(try await store.items(of: .shopping, session: "s") == ["ÄPFEL", "milk"])
        #expect(try await store.remove("äpfel", from: .shopping, session: "s"))
        #expect(try await store.remove("bread", from: .shopping, session: "s") == false)
        #expect(try await store.remove("mil", from: .shopping, session: "s") == false)
    }

    /// Text is data, whatever it looks like.
    @Test(arguments: ["'; DROP TABLE items; --", "", "a\u{0}b", "日本語 🥛", String(repeating: "x", count: 100_000), "?1"])
    func keepsAnyText(_ text: String) async throws {
        let store = try await store()
        try await store.add(text, to: .notes, session: text)
        #expect(try await store.items(of: .notes, session: text) == [text])
        #expect(try await store.remove(text, from: .notes, session: text))
    }

    @Test func listsAlarmsEarliestFirst() async throws {
        let store = try await store()
        let alarms = [(id: "c", due: 30.0), (id: "a", due: 10), (id: "b", due: 20)].map {
            Alarm(id: $0.id, session: "s", kind: .timer, label: "", created: 0, due: $0.due)
        }
        for alarm in alarms { try await store.add(alarm) }
        try await store.add(Alarm(id: "o", session: "other", kind: .alarm, label: "x", created: 0, due: 20))
        #expect(try await store.alarms(of: "s").map(\.id) == ["a", "b", "c"])
        #expect(try await store.nextAlarms(after: -Double.greatestFiniteMagnitude).map(\.id) == ["a"])
        #expect(try await store.nextAlarms(after: 10).map(\.id) == ["b", "o"])
        #expect(try await store.nextAlarms(after: 30).isEmpty)
        #expect(try await store.removeAlarm("b"))
        #expect(try await store.removeAlarm("b") == false)
        #expect(try await store.alarms(of: "s").map(\.id) == ["a", "c"])
    }

    @Test func oneAlarmIsRemovedByOneOfMany() async throws {
        let store = try await store()
        try await store.add(Alarm(id: "a", session: "s", kind: .timer, label: "", created: 0, due: 1))
        let winners = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 { group.addTask { (try? await store.removeAlarm("a")) == true } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(winners == 1)
    }
}
