import Storage
import Testing
import VoicePipeline

/// What every store of notes, lists, timers and alarms must do.
@Suite struct AssistantStoreTests {
    @Test(arguments: StoreKind.allCases)
    func keepsListsAndSessionsApart(_ kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let store = subject.assistant
        try await store.add("milk", to: .shopping, session: "a")
        try await store.add("note", to: .notes, session: "a")
        try await store.add("eggs", to: .shopping, session: "b")
        #expect(try await store.items(of: .shopping, session: "a") == ["milk"])
        #expect(try await store.clear(.shopping, session: "a") == 1)
        #expect(try await store.items(of: .notes, session: "a") == ["note"])
        #expect(try await store.items(of: .shopping, session: "b") == ["eggs"])
        #expect(try await store.clear(.shopping, session: "a") == 0)
    }

    @Test(arguments: StoreKind.allCases)
    func removesTheFirstWithoutRegardToCase(_ kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let store = subject.assistant
        for item in ["Milk", "ÄPFEL", "milk"] { try await store.add(item, to: .shopping, session: "s") }
        #expect(try await store.remove("MILK", from: .shopping, session: "s"))
        #expect(try await store.items(of: .shopping, session: "s") == ["ÄPFEL", "milk"])
        #expect(try await store.remove("äpfel", from: .shopping, session: "s"))
        #expect(try await store.remove("bread", from: .shopping, session: "s") == false)
        #expect(try await store.remove("mil", from: .shopping, session: "s") == false)
    }

    /// Text is data, whatever it looks like.
    @Test(
        arguments: [
            "'; DROP TABLE items; --", "", "a\u{0}b", "日本語 🥛", String(repeating: "x", count: 100_000), "?1", "%s %b",
            "5:a,b", "\r\n*1\r\n$8\r\nFLUSHALL\r\n",
        ], StoreKind.allCases)
    func keepsAnyText(_ text: String, _ kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let store = subject.assistant
        try await store.add(text, to: .notes, session: text)
        #expect(try await store.items(of: .notes, session: text) == [text])
        #expect(try await store.remove(text, from: .notes, session: text))
        let alarm = Alarm(id: text, session: text, kind: .alarm, label: text, created: 1, due: 2)
        try await store.add(alarm)
        #expect(try await store.alarms(of: text) == [alarm])
        #expect(try await store.removeAlarm(text))
    }

    @Test(arguments: StoreKind.allCases)
    func refusesWhatIsFarTooLong(_ kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let long = String(repeating: "x", count: (1 << 20) + 1)
        await #expect(throws: StorageError.self) {
            try await subject.assistant.add(long, to: .notes, session: "s")
        }
        await #expect(throws: StorageError.self) {
            try await subject.assistant.add(Alarm(id: "a", session: "s", kind: .alarm, label: long, created: 0, due: 1))
        }
        #expect(try await subject.assistant.items(of: .notes, session: "s").isEmpty)
    }

    @Test(arguments: StoreKind.allCases)
    func listsAlarmsEarliestFirst(_ kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let store = subject.assistant
        for (id, due) in [("c", 30.0), ("a", 10), ("b", 20)] {
            try await store.add(Alarm(id: id, session: "s", kind: .timer, label: "", created: 0, due: due))
        }
        try await store.add(Alarm(id: "o", session: "other", kind: .alarm, label: "x", created: 0, due: 20))
        #expect(try await store.alarms(of: "s").map(\.id) == ["a", "b", "c"])
        #expect(try await store.nextAlarms(after: -Double.greatestFiniteMagnitude).map(\.id) == ["a"])
        #expect(try await store.nextAlarms(after: 10).map(\.id) == ["b", "o"])
        #expect(try await store.nextAlarms(after: 30).isEmpty)
        #expect(try await store.removeAlarm("b"))
        #expect(try await store.removeAlarm("b") == false)
        #expect(try await store.alarms(of: "s").map(\.id) == ["a", "c"])
        #expect(try await store.nextAlarms(after: 10).map(\.id) == ["o"])
    }

    /// Fractions of a second and both clocks survive.
    @Test(arguments: StoreKind.allCases)
    func keepsEveryPartOfAnAlarm(_ kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let alarm = Alarm(
            id: "a", session: "s", kind: .alarm, label: "tea", created: 1_741_115_700.123456, due: 1_741_115_999.000001,
            basis: .elapsed, mark: Alarm.Mark(boot: "f3a0", due: 12_345.678901))
        try await subject.assistant.add(alarm)
        #expect(try await subject.assistant.alarms(of: "s") == [alarm])
        #expect(try await subject.assistant.nextAlarms(after: alarm.due - 0.000001) == [alarm])
        #expect(try await subject.assistant.nextAlarms(after: alarm.due).isEmpty)
    }

    @Test(arguments: StoreKind.allCases)
    func movesAnAlarmButBringsNoneBack(_ kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let store = subject.assistant
        var alarm = Alarm(
            id: "a", session: "s", kind: .timer, label: "tea", created: 10, due: 20,
            mark: Alarm.Mark(boot: "b", due: 5))
        try await store.add(alarm)
        (alarm.created, alarm.due) = (110, 120)
        #expect(try await store.moveAlarm(alarm))
        #expect(try await store.alarms(of: "s") == [alarm])
        #expect(try await store.nextAlarms(after: 0) == [alarm])
        #expect(try await store.nextAlarms(after: 100) == [alarm])
        #expect(try await store.removeAlarm("a"))
        #expect(try await store.moveAlarm(alarm) == false)
        #expect(try await store.alarms(of: "s").isEmpty)
        #expect(try await store.nextAlarms(after: 0).isEmpty)
    }

    @Test(arguments: StoreKind.allCases)
    func oneOfManyClaimsAnAlarm(_ kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let store = subject.assistant
        try await store.add(Alarm(id: "a", session: "s", kind: .timer, label: "", created: 0, due: 1))
        let winners = await withTaskGroup(of: Bool.self) { group in
            for claim in 0..<20 {
                group.addTask { (try? await store.claimAlarm("a", as: "claim-\(claim)", for: 60)) == true }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(winners == 1)
        #expect(try await store.claimAlarm("none", as: "x", for: 60) == false)
    }

    @Test(arguments: StoreKind.allCases)
    func aReleasedAlarmCanBeClaimedAgain(_ kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let store = subject.assistant
        try await store.add(Alarm(id: "a", session: "s", kind: .timer, label: "", created: 0, due: 1))
        #expect(try await store.claimAlarm("a", as: "first", for: 60))
        try await store.releaseAlarm("a", claimedAs: "second")
        #expect(try await store.claimAlarm("a", as: "second", for: 60) == false)
        try await store.releaseAlarm("a", claimedAs: "first")
        #expect(try await store.claimAlarm("a", as: "second", for: 60))
    }

    /// Whoever had it may have died.
    @Test func aClaimRunsOut() async throws {
        let subject = try await StoreUnderTest(.sqlite)
        let store = subject.assistant
        try await store.add(Alarm(id: "a", session: "s", kind: .timer, label: "", created: 0, due: 1))
        #expect(try await store.claimAlarm("a", as: "dead", for: 20))
        subject.clock.advance(by: 19)
        // A clock that is set neither shortens nor lengthens it.
        subject.clock.step(by: 86_400)
        #expect(try await store.claimAlarm("a", as: "next", for: 20) == false)
        subject.clock.advance(by: 2)
        #expect(try await store.claimAlarm("a", as: "next", for: 20))
        subject.clock.reboot()
        #expect(try await store.claimAlarm("a", as: "after a restart of the machine", for: 20))
    }

    /// Redis counts by itself: the test waits for its real clock, asking until the millisecond is over.
    @Test func aClaimInRedisRunsOut() async throws {
        let subject = try await StoreUnderTest(.redis)
        let store = subject.assistant
        try await store.add(Alarm(id: "a", session: "s", kind: .timer, label: "", created: 0, due: 1))
        #expect(try await store.claimAlarm("a", as: "dead", for: 0.001))
        while try await !store.claimAlarm("a", as: "next", for: 60) {}
        #expect(try await store.claimAlarm("a", as: "third", for: 60) == false)
    }

    @Test(arguments: StoreKind.allCases)
    func manySessionsAtOnceLoseNothing(_ kind: StoreKind) async throws {
        let subject = try await StoreUnderTest(kind)
        let (store, talk) = (subject.assistant, subject.conversations)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for session in 0..<20 {
                group.addTask {
                    for item in 0..<10 {
                        try await store.add("item \(item)", to: .shopping, session: "s\(session)")
                        try await talk.append(user: "u\(item)", assistant: "a\(item)", to: "s\(session)")
                    }
                }
            }
            try await group.waitForAll()
        }
        for session in 0..<20 {
            #expect(try await store.items(of: .shopping, session: "s\(session)") == (0..<10).map { "item \($0)" })
            #expect(
                try await talk.history(of: "s\(session)", turns: 3).map(\.content) == [
                    "u7", "a7", "u8", "a8", "u9", "a9",
                ])
        }
    }
}
