import Storage
import Testing
import VoicePipeline

/// What every store of conversations must do.
@Suite struct ConversationStoreTests {
    @Test(arguments: StoreKind.allCases)
    func givesTheLastTurnsOldestFirst(_ kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let store = subject.conversations
        for turn in 1...15 { try await store.append(user: "q\(turn)", assistant: "a\(turn)", to: "s") }
        let history = try await store.history(of: "s", turns: 10)
        #expect(history.count == 20)
        #expect(history.first == ChatMessage(.user, "q6"))
        #expect(history.last == ChatMessage(.assistant, "a15"))
        #expect(try await store.history(of: "s", turns: 0).count == 2)
        #expect(try await store.history(of: "other", turns: 10).isEmpty)
    }

    @Test(arguments: StoreKind.allCases)
    func forgetsOneSessionOnly(_ kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let store = subject.conversations
        try await store.append(user: "q", assistant: "a", to: "s")
        try await store.append(user: "q", assistant: "a", to: "t")
        try await subject.assistant.add("stays", to: .notes, session: "s")
        try await store.clear("s")
        #expect(try await store.history(of: "s", turns: 10).isEmpty)
        #expect(try await store.history(of: "t", turns: 10).count == 2)
        #expect(try await subject.assistant.items(of: .notes, session: "s") == ["stays"])
    }

    @Test(arguments: StoreKind.allCases)
    func correctsTheLastTurnOnly(_ kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let store = subject.conversations
        try await store.amend(assistant: "x", to: "q", in: "s")
        for turn in 1...3 { try await store.append(user: "q\(turn)", assistant: "long answer", to: "s") }
        try await store.append(user: "q3", assistant: "another's", to: "t")
        try await store.amend(assistant: "x", to: "q1", in: "s")
        try await store.amend(assistant: "long", to: "q3", in: "s")
        #expect(
            try await store.history(of: "s", turns: 10).map(\.content) == [
                "q1", "long answer", "q2", "long answer", "q3", "long",
            ])
        try await store.amend(assistant: "", to: "q3", in: "s")
        #expect(try await store.history(of: "s", turns: 10).map(\.content).last == "long answer")
        #expect(try await store.history(of: "s", turns: 10).count == 4)
        #expect(try await store.history(of: "t", turns: 10).map(\.content) == ["q3", "another's"])
    }

    @Test(arguments: StoreKind.allCases)
    func keepsOnlySoManyTurns(_ kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind, maximumTurns: 3)
        let store = subject.conversations
        for turn in 1...10 { try await store.append(user: "q\(turn)", assistant: "a", to: "s") }
        try await store.append(user: "other", assistant: "a", to: "t")
        #expect(try await store.history(of: "s", turns: 100).count == 6)
        #expect(try await store.history(of: "s", turns: 100).first?.content == "q8")
        #expect(try await store.history(of: "t", turns: 100).count == 2)
    }

    @Test(arguments: StoreKind.allCases)
    func forgetsWhatIsOlder(_ kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let store = subject.conversations
        let start = subject.clock.now()
        for day in 0..<5 {
            for session in ["s", "t"] { try await store.append(user: "day \(day)", assistant: "a", to: session) }
            subject.clock.advance(by: 86_400)
        }
        try await subject.assistant.add("stays", to: .notes, session: "s")
        #expect(try await store.forget(before: start) == 0)
        #expect(try await store.forget(before: start + 2 * 86_400) == 4)
        #expect(
            try await store.history(of: "s", turns: 10).map(\.content) == ["day 2", "a", "day 3", "a", "day 4", "a"])
        #expect(try await store.forget(before: start + 10 * 86_400) == 6)
        #expect(try await store.history(of: "t", turns: 10).isEmpty)
        #expect(try await subject.assistant.items(of: .notes, session: "s") == ["stays"])
    }

    @Test(arguments: StoreKind.allCases)
    func keepsAnyText(_ kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        for text in ["", "a\u{0}b\r\n", "3:a,b", "日本語 🥛", "%d", String(repeating: "y", count: 70_000)] {
            try await subject.conversations.append(user: text, assistant: text + "!", to: text)
            #expect(
                try await subject.conversations.history(of: text, turns: 1) == [
                    ChatMessage(.user, text), ChatMessage(.assistant, text + "!"),
                ])
        }
        await #expect(throws: StorageError.self) {
            try await subject.conversations.append(
                user: "u", assistant: String(repeating: "x", count: (1 << 20) + 1), to: "s")
        }
    }
}
