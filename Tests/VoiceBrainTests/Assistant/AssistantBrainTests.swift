import Storage
import Testing
import Transport
import VoiceBrain
import VoicePipeline
import VoiceTesting

/// The brain with a chat model behind real HTTP.
@Suite struct AssistantBrainTests {
    private typealias Answer = LoopbackChatServer.Answer

    private func withBrain(
        _ answers: [LoopbackChatServer.Answer], timeout: Duration = .seconds(20),
        _ body: @escaping @Sendable (BrainFixture, LoopbackChatServer) async throws -> Void
    ) async throws {
        try await LoopbackChatServer.serve(answers) { server in
            let chat = ChatClient(
                endpoint: ChatEndpoint(baseURL: server.baseURL, model: "tiny"), http: try CurlHTTPClient(),
                timeout: timeout,
                clock: ImmediateClock())
            try await body(try await BrainFixture(chat: chat), server)
        }
    }

    @Test func asksTheModelWhatNoSkillKnows() async throws {
        try await withBrain([.text("Paris is the capital of **France**.")]) { (fixture, server) async throws in
            let history = (1...12).flatMap { [ChatMessage(.user, "q\($0)"), ChatMessage(.assistant, "a\($0)")] }
            let reply = try await fixture.ask("What's the capital of France?", history: history)
            #expect(reply == BrainReply(text: "Paris is the capital of France.", source: .model("tiny")))

            let body = try #require(JSONValue(json: server.received[0].body.utf8))
            guard case .array(let messages)? = body["messages"], case .array(let tools)? = body["tools"] else {
                Issue.record("\(body)")
                return
            }
            #expect(messages.count == 22)
            let system = try #require(messages.first?["content"]?.text)
            #expect(system.contains("15 to 60 words") && system.contains("Tuesday, March 4th, 2025, 7:15 p.m."))
            #expect(messages[1]["content"] == .string("q3"))
            #expect(messages.last?["content"] == .string("What's the capital of France?"))
            #expect(
                tools.compactMap { $0["function"]?["name"]?.text }
                    == ["timers", "alarms", "notes", "shopping_list", "calculate", "convert_units"])
            #expect(tools.allSatisfy { $0["function"]?["parameters"]?["type"] == .string("object") })
        }
    }

    @Test func answersWithASkillWithoutTheModel() async throws {
        try await withBrain([.text("Never.")]) { (fixture, server) async throws in
            #expect(try await fixture.ask("What time is it?").source == .skill("time"))
            #expect(server.received.isEmpty)
        }
    }

    @Test func leavesWhatASkillIsUnsureOfToTheModel() async throws {
        try await withBrain([.text("I'd ask your budget first.")]) { (fixture, _) async throws in
            #expect(try await fixture.ask("I need to buy a car.").source == .model("tiny"))
            #expect(try await fixture.store.items(of: .shopping, session: "s").isEmpty)
        }
    }

    @Test func emitsThePiecesAsTheyCome() async throws {
        try await withBrain([.text("One two three four.")]) { (fixture, _) async throws in
            let pieces = Pieces()
            _ = try await fixture.brain.reply(to: BrainRequest(session: "s", utterance: "Why?"), emit: pieces.add)
            #expect(pieces.all == ["One", " two", " three", " four."])
        }
    }

    // MARK: - Tools

    @Test func runsATool() async throws {
        try await withBrain([
            .toolCall("timers", #"{"action":"set","seconds":300,"label":"tea"}"#), .text("Your tea timer is running."),
        ]) { (fixture, server) async throws in
            let reply = try await fixture.ask("I just put the tea on, five minutes as always")
            #expect(reply == BrainReply(text: "Your tea timer is running.", source: .model("tiny")))
            let timers = try await fixture.store.alarms(of: "s")
            #expect(timers.map(\.label) == ["tea"])
            #expect(timers.first.map { $0.due - fixture.clock.now() } == 300)
            let second = try #require(JSONValue(json: server.received[1].body.utf8))
            guard case .array(let messages)? = second["messages"] else {
                Issue.record("\(second)")
                return
            }
            #expect(messages.last?["role"] == .string("tool"))
            #expect(messages.last?["tool_call_id"] == .string("call_1"))
            #expect(messages.last?["content"] == .string("Tea timer set for 5 minutes."))
        }
    }

    @Test(arguments: [
        ("timers", #"{"action":"set"}"#, "The call lacks seconds."),
        ("timers", #"{"action":"set","seconds":"90"}"#, "Timer set for 1 minute and 30 seconds."),
        ("timers", #"{"action":"set","seconds":1e300}"#, "That's too long for a timer. I can count up to 30 days."),
        ("timers", #"{"action":"dance"}"#, "The call lacks an action: set, list, cancel or cancel_all."),
        ("timers", "not json", "The arguments are not a JSON object."),
        ("timers", "[]", "The arguments are not a JSON object."),
        ("timers", "", "The call lacks an action: set, list, cancel or cancel_all."),
        (
            "alarms", #"{"action":"set","at":"2025-03-05T07:30","label":"run"}"#,
            "I'll remind you at 7:30 a.m. tomorrow: run."
        ),
        ("alarms", #"{"action":"set","at":"2025-02-30T07:30"}"#, "The call lacks a time “at” as YYYY-MM-DDTHH:MM."),
        ("alarms", #"{"action":"set","at":"2024-01-01T00:00"}"#, "That time has already passed."),
        ("alarms", #"{"action":"list"}"#, "You have no alarms set."),
        ("notes", #"{"action":"add","text":"key under mat"}"#, "I noted: key under mat."),
        ("notes", #"{"action":"add"}"#, "The call lacks text."),
        ("shopping_list", #"{"action":"add","items":["milk","eggs"]}"#, "I added milk and eggs to your shopping list."),
        ("shopping_list", #"{"action":"add","items":"milk"}"#, "I added milk to your shopping list."),
        ("shopping_list", #"{"action":"add","items":[]}"#, "The call lacks items."),
        ("calculate", #"{"expression":"(2+3)*4"}"#, "That's 20."),
        ("calculate", #"{"expression":"1/0"}"#, "I can't divide by zero."),
        ("convert_units", #"{"value":10,"from":"miles","to":"km"}"#, "10 miles is about 16.09 kilometers."),
        ("convert_units", #"{"value":10,"from":"smoots","to":"km"}"#, "I do not know one of these units: smoots, km."),
        ("launch_rockets", "{}", "There is no tool of that name."),
    ])
    func answersAToolCall(_ name: String, _ arguments: String, _ result: String) async throws {
        try await withBrain([.toolCall(name, arguments), .text("Done.")]) { (fixture, server) async throws in
            _ = try await fixture.ask("Please see to it")
            let second = try #require(server.received.last.flatMap { JSONValue(json: $0.body.utf8) })
            guard case .array(let messages)? = second["messages"] else {
                Issue.record("\(second)")
                return
            }
            let said = try #require(messages.last?["content"]?.text)
            #expect(said == result || said.hasPrefix(String(result.dropLast())))
        }
    }

    @Test func stopsAModelThatOnlyCallsTools() async throws {
        try await withBrain([.toolCall("notes", #"{"action":"read"}"#)]) { (fixture, server) async throws in
            let reply = try await fixture.ask("Go on and on")
            #expect(reply.text == "Sorry, I couldn't work that out.")
            #expect(server.received.count == 4)
        }
    }

    @Test func saysWhatAToolDidWhenTheModelFailsAfterwards() async throws {
        try await withBrain([.toolCall("timers", #"{"action":"set","seconds":60}"#), .response(401, "")]) {
            fixture, _ in
            let reply = try await fixture.ask("One minute from now, please tell me")
            #expect(reply.text == "Timer set for 1 minute.")
            guard case .apology = reply.source else {
                Issue.record("\(reply)")
                return
            }
        }
    }

    @Test func asksWithoutToolsWhereTheModelKnowsNone() async throws {
        let refusal = #"{"error":{"message":"tiny does not support tools"}}"#
        let answers = [Answer.response(400, refusal), .text("Hi."), .text("Hi again.")]
        try await withBrain(answers) { (fixture, server) async throws in
            #expect(try await fixture.ask("Why is the sky blue?").text == "Hi.")
            #expect(try await fixture.ask("Why is the sea blue?").text == "Hi again.")
            #expect(server.received.count == 3)
            #expect(server.received.map { $0.body.contains("\"tools\"") } == [true, false, false])
        }
    }

    // MARK: - Failures

    @Test(arguments: [
        Answer.response(401, ""), .response(404, ""), .response(500, ""), .bytes(["garbage\n\n"]),
        .bytes(["data: {\n\n"]),
        .cut([]), .response(200, "nonsense"), .text(""), .text("   "), .text("<think>hm"), .text("** `` --- 🎉"),
        .endless(UInt8(ascii: "x"), count: 1 << 20),
    ])
    private func apologisesAndKeepsItsSkills(_ answer: Answer) async throws {
        try await withBrain([answer]) { (fixture, _) async throws in
            let reply = try await fixture.ask("Why is the sky blue?")
            #expect(reply.text == "Service temporarily unavailable")
            guard case .apology(let reason) = reply.source else {
                Issue.record("\(reply)")
                return
            }
            #expect(!reason.isEmpty)
            #expect(try await fixture.say("What's 2 plus 2?") == "2 plus 2 is 4.")
        }
    }

    @Test func apologisesWhenTheServiceHangs() async throws {
        try await withBrain([.hang([])], timeout: .milliseconds(150)) { (fixture, _) async throws in
            let reply = try await fixture.ask("Why is the sky blue?")
            #expect(reply == BrainReply(text: "Service temporarily unavailable", source: .apology("timedOut")))
        }
    }

    @Test func apologisesWhenNobodyListens() async throws {
        let chat = ChatClient(
            endpoint: ChatEndpoint(baseURL: try await LoopbackChatServer.refusingBaseURL(), model: "m"),
            http: try CurlHTTPClient(), clock: ImmediateClock())
        let reply = try await BrainFixture(chat: chat).ask("Why is the sky blue?")
        #expect(reply.text == "Service temporarily unavailable")
    }

    @Test func endsAnAnswerThatWasCut() async throws {
        try await withBrain([.cut(["data: \(Answer.delta("The sky is"))\n\n"])]) { (fixture, _) async throws in
            #expect(try await fixture.ask("Why is the sky blue?").text == "The sky is… Service temporarily unavailable")
        }
    }

    @Test func boundsAnEndlessAnswer() async throws {
        let delta = Answer.delta("The sky scatters blue light more than red light. ")
        try await withBrain([.events(Array(repeating: delta, count: 2500))]) { (fixture, _) async throws in
            let reply = try await fixture.ask("Why is the sky blue?")
            #expect(reply.text.count <= 800)
            #expect(reply.text.hasSuffix("red light."))
            #expect(reply.source == .model("tiny"))
        }
    }

    @Test func whatTheConsumerThrowsComesBack() async throws {
        struct Gone: Error {}
        try await withBrain([.text("One two three.")]) { (fixture, _) async throws in
            await #expect(throws: Gone.self) {
                _ = try await fixture.brain.reply(to: BrainRequest(session: "s", utterance: "Why?")) { _ in throw Gone()
                }
            }
        }
    }

    @Test func cancellationEndsAnAnswer() async throws {
        try await withBrain([.hang(["data: \(Answer.delta("One two"))\n\n"])]) { (fixture, _) async throws in
            let begun = Latch()
            let error = await withTaskGroup(of: (any Error)?.self) { group in
                group.addTask {
                    do {
                        _ = try await fixture.brain.reply(to: BrainRequest(session: "s", utterance: "Why?")) { _ in
                            begun.set()
                        }
                        return nil
                    } catch {
                        return error
                    }
                }
                await begun.wait()
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error is CancellationError)
        }
    }

    @Test func aCancelledTurnHasNoEffects() async throws {
        let fixture = try await BrainFixture()
        let error = await withTaskGroup(of: (any Error)?.self) { group in
            group.cancelAll()
            group.addTask {
                do {
                    _ = try await fixture.ask("Set a timer for 5 minutes.")
                    return nil
                } catch {
                    return error
                }
            }
            return await group.next() ?? nil
        }
        #expect(error is CancellationError)
        #expect(try await fixture.store.alarms(of: "s").isEmpty)
    }

    // MARK: - Storage

    @Test(arguments: [
        "Set a timer for 5 minutes.", "Add milk to my shopping list.", "Take a note: hello.", "Set an alarm for 7 a.m.",
    ])
    func aFullDiskIsAnAnswer(_ words: String) async throws {
        let log = Guarded<[String]>([])
        let clock = ManualWallClock(BrainFixture.evening)
        let store = SQLiteAssistantStore(try await SQLiteDatabase.open(.memory, maximumPages: 16))
        await #expect(throws: StorageError.full) {
            while true { try await store.add(String(repeating: "x", count: 500), to: .notes, session: "other") }
        }
        await #expect(throws: StorageError.full) {
            while true {
                try await store.add(
                    Alarm(
                        id: "\(UInt64.random(in: .min ... .max))", session: "o", kind: .timer, label: "", created: 0,
                        due: 0))
            }
        }
        await #expect(throws: StorageError.full) {
            while true { try await store.add("x", to: .shopping, session: "other") }
        }
        let brain = AssistantBrain(
            clock: clock, store: store, chat: nil, log: Log { record in log.withLock { $0.append(record.message) } })
        let reply = try await brain.reply(to: BrainRequest(session: "s", utterance: words)) { _ in }
        #expect(reply.text == "I can't remember that now.")
        #expect(log.withLock { $0 } == ["skill failed"])
        #expect(
            try await brain.reply(to: BrainRequest(session: "s", utterance: "What time is it?")) { _ in }.text
                == "It's 7:15 p.m.")
    }
}
