import SpeechEngines
import Testing
import VoicePipeline
import VoiceTesting

@Suite struct ShelfOrderTests {
    @Test func dropsWhatWasUsedLeastRecently() {
        var order = ShelfOrder(budget: 100)
        order.add("default", bytes: 30, isPinned: true)
        order.add("a", bytes: 30)
        order.add("b", bytes: 30)
        order.use("a")
        #expect(order.makeRoom(for: 10, inUse: []) == .fits(dropping: []))
        #expect(order.makeRoom(for: 30, inUse: []) == .fits(dropping: ["b"]))
        #expect(order.names == ["default", "a"])
        #expect(order.makeRoom(for: 70, inUse: []) == .fits(dropping: ["a"]))
        #expect(order.makeRoom(for: 71, inUse: []) == .never(needed: 101))
    }

    @Test func keepsWhatIsUsed() {
        var order = ShelfOrder(budget: 100)
        order.add("a", bytes: 50)
        order.add("b", bytes: 50)
        #expect(order.makeRoom(for: 10, inUse: ["a"]) == .fits(dropping: ["b"]))
        order.add("b", bytes: 50)
        #expect(order.makeRoom(for: 10, inUse: ["a", "b"]) == .later)
        #expect(order.names == ["a", "b"])
    }
}

@Suite struct RecognitionShelfTests {
    private static func found(_ name: String, megabytes: Int = 40) -> RecognitionShelf.Found {
        RecognitionShelf.Found(RecognitionModel(name: name, engine: "fake", path: "/\(name)"), bytes: megabytes << 20)
    }

    private func shelf(
        _ names: [String], budget: Int = 100, loaded: Guarded<[String]> = Guarded([])
    ) throws -> RecognitionShelf {
        try RecognitionShelf(
            standard: Self.found("standard", megabytes: 10), FakeRecognizer("standard"), budget: budget << 20,
            scan: { names.map { Self.found($0) } },
            load: { model throws(EngineError) in
                if model.name == "broken" { throw EngineError.unavailable("broken") }
                loaded.withLock { $0.append(model.name) }
                return FakeRecognizer(model.name)
            })
    }

    private func text(_ shelf: RecognitionShelf, _ name: String?) async throws -> String {
        try await shelf.recognizer(name).transcribe([], options: RecognitionOptions()).text
    }

    @Test func listsTheDefaultFirst() async throws {
        let shelf = try shelf(["b", "standard", "a"])
        #expect(await shelf.list().map(\.name) == ["standard", "a", "b"])
        #expect(await shelf.list().map(\.isLoaded) == [true, false, false])
        _ = try await shelf.recognizer("b")
        #expect(await shelf.list().map(\.isLoaded) == [true, false, true])
    }

    @Test func loadsOnDemandAndOnce() async throws {
        let loaded = Guarded<[String]>([])
        let shelf = try shelf(["a", "b"], loaded: loaded)
        #expect(try await text(shelf, nil) == "standard")
        #expect(loaded.withLock { $0 } == [])
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { try await text(shelf, "a") } }
            for try await text in group { #expect(text == "a") }
        }
        #expect(loaded.withLock { $0 } == ["a"])
    }

    @Test func dropsOneForAnother() async throws {
        let loaded = Guarded<[String]>([])
        let shelf = try shelf(["a", "b", "c"], loaded: loaded)
        for name in ["a", "b", "a", "c", "a", "b"] { #expect(try await text(shelf, name) == name) }
        // c took the place of b, and b that of c.
        #expect(loaded.withLock { $0 } == ["a", "b", "c", "b"])
    }

    @Test func keepsWhatSomeoneUses() async throws {
        let shelf = try shelf(["a", "b", "c"])
        let a = try await shelf.recognizer("a")
        let b = try await shelf.recognizer("b")
        let error = await thrown(EngineError.self) { _ = try await shelf.recognizer("c") }
        #expect(error == .busy)
        #expect(a.name == "fake-recognizer" && b.name == "fake-recognizer")
    }

    @Test func saysWhatThereIs() async throws {
        let shelf = try shelf(["a", "broken"], budget: 45)
        guard
            case .invalidInput(let text)? = await thrown(EngineError.self, by: { _ = try await shelf.recognizer("x") })
        else {
            Issue.record("it is there")
            return
        }
        #expect(text.contains("standard, a, broken"))
        guard
            case .unavailable(let advice)? = await thrown(EngineError.self, by: { _ = try await shelf.recognizer("a") })
        else {
            Issue.record("it fits")
            return
        }
        #expect(advice.contains("MODEL_MEMORY_MB must be at least 53"))
    }

    @Test func goesOnAfterAModelThatDoesNotLoad() async throws {
        let shelf = try shelf(["a", "broken"])
        #expect(await thrown(EngineError.self) { _ = try await shelf.recognizer("broken") } == .unavailable("broken"))
        #expect(try await text(shelf, "a") == "a")
    }
}
