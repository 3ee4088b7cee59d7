import Storage
import Testing
import VoicePipeline

@Suite struct SQLiteConversationStoreTests {
    @Test func givesTheLastTurnsOldestFirst() async throws {
        let store = SQLiteConversationStore(try await SQLiteDatabase.open(":memory:"))
        for turn in 1...15 { try await store.append(user: "q\(turn)", assistant: "a\(turn)", to: "s") }
        let history = try await store.history(of: "s", turns: 10)
        #expect(history.count == 20)
        #expect(history.first == ChatMessage(.user, "q6"))
        #expect(history.last == ChatMessage(.assistant, "a15"))
        #expect(try await store.history(of: "s", turns: 0).count == 2)
        #expect(try await store.history(of: "other", turns: 10).isEmpty)
    }

    @Test func forgetsOneSessionOnly() async throws {
        let database = try await SQLiteDatabase.open(":memory:")
        let store = SQLiteConversationStore(database)
        try await store.append(user: "q", assistant: "a", to: "s")
        try await store.append(user: "q", assistant: "a", to: "t")
        try await SQLiteAssistantStore(database).add("stays", to: .notes, session: "s")
        try await store.clear("s")
        #expect(try await store.history(of: "s", turns: 10).isEmpty)
        #expect(try await store.history(of: "t", turns: 10).count == 2)
        #expect(try await SQLiteAssistantStore(database).items(of: .notes, session: "s") == ["stays"])
    }

    @Test func keepsOnlySoManyTurns() async throws {
        let store = SQLiteConversationStore(try await SQLiteDatabase.open(":memory:"), maximumTurns: 3)
        for turn in 1...10 { try await store.append(user: "q\(turn)", assistant: "a", to: "s") }
        try await store.append(user: "other", assistant: "a", to: "t")
        #expect(try await store.history(of: "s", turns: 100).count == 6)
        #expect(try await store.history(of: "s", turns: 100).first?.content == "q8")
        #expect(try await store.history(of: "t", turns: 100).count == 2)
    }
}
