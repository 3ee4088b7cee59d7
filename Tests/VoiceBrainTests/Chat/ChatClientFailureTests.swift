import Testing
import Transport
import VoiceBrain
import VoicePipeline
import VoiceTesting

/// What the client makes of services that refuse, hang, break off or talk nonsense.
@Suite struct ChatClientFailureTests {
    private typealias Answer = LoopbackChatServer.Answer
    private let fixture = ChatFixture()

    @Test(arguments: [
        (
            401, #"{"error":{"message":"Incorrect API key provided: secret-key-123"}}"#,
            "The chat service refuses the key: check LLM_API_KEY."
        ),
        (
            404, #"{"error":{"message":"The model `tiny` does not exist"}}"#,
            "The chat service does not know the model “tiny”: set LLM_MODEL to one that it has."
        ),
        (
            404, "not found",
            "The chat service does not know the model “tiny” or the address: check LLM_MODEL and LLM_BASE_URL, which mostly ends in /v1."
        ),
        (
            400, #"{"error":"bad secret-key-123 thing"}"#,
            "The chat service refused with status 400. It said: bad … thing"
        ),
        (403, "", "The chat service does not allow this key to use the model “tiny”: check LLM_API_KEY and LLM_MODEL."),
        (307, "", "The chat service has moved: set LLM_BASE_URL to its new address."),
    ])
    func explainsARefusalAndAsksOnlyOnce(_ status: Int, _ body: String, _ advice: String) async throws {
        let outcome = try await fixture.ask([.response(status, body)])
        #expect(outcome.result == .failure(.refused(status: status, advice: advice)))
        #expect(outcome.received.count == 1)
        #expect(!"\(outcome.result)".contains("secret-key"))
    }

    @Test func saysThatAKeyIsWanted() async throws {
        let outcome = try await fixture.ask([.response(401, "")], key: nil)
        #expect(
            outcome.result == .failure(.refused(status: 401, advice: "The chat service wants a key: set LLM_API_KEY.")))
    }

    @Test func namesGroqsSettingsAtGroq() async throws {
        let http = ScriptedHTTPClient([.json(404, #"{"error":{"message":"model_not_found"}}"#)])
        let client = ChatClient(endpoint: .groq(key: "k", model: "llama3-8b-8192"), http: http)
        let advice = "The chat service does not know the model “llama3-8b-8192”: set GROQ_MODEL to one that it has."
        await #expect(throws: ChatError.refused(status: 404, advice: advice)) {
            _ = try await client.complete(ChatFixture.question) { _ throws(ChatError) in }
        }
        #expect(http.requests[0].url == "https://api.groq.com/openai/v1/chat/completions")
        #expect(http.requests[0].timeout == .seconds(30))
    }

    @Test func asksThinkingModelsToThinkLittle() async throws {
        let http = ScriptedHTTPClient([.stream(["data: \(Answer.delta("Hi."))\n\ndata: [DONE]\n\n"])])
        let client = ChatClient(endpoint: .groq(key: "k"), http: http)
        let completion = try await client.complete(ChatFixture.question) { _ throws(ChatError) in }
        #expect(completion.text == "Hi.")
        #expect(JSONValue(json: http.requests[0].body)?["reasoning_effort"] == .string("low"))
    }

    // MARK: - One more attempt

    @Test(arguments: [429, 500, 503])
    func triesOnceMoreAfterAPassingRefusal(_ status: Int) async throws {
        let outcome = try await fixture.ask([.response(status, ""), .text("Now.")])
        #expect(outcome.result == .success(ChatCompletion(text: "Now.")))
        #expect(outcome.received.count == 2)
    }

    @Test func honoursAShortRetryAfterOnly() async throws {
        let short = try await fixture.ask([.response(429, "", headers: ["retry-after": "2"]), .text("Now.")])
        #expect(short.received.count == 2)
        let long = try await fixture.ask([.response(429, "", headers: ["retry-after": "60"]), .text("Now.")])
        #expect(long.received.count == 1)
        guard case .failure(.refused(status: 429, _)) = long.result else {
            Issue.record("\(long.result)")
            return
        }
    }

    @Test func givesUpAfterTheSecondFailure() async throws {
        let outcome = try await fixture.ask([.response(500, ""), .response(502, ""), .text("Never.")])
        #expect(outcome.received.count == 2)
        guard case .failure(.refused(status: 502, _)) = outcome.result else {
            Issue.record("\(outcome.result)")
            return
        }
    }

    @Test func triesOnceMoreWhenCutBeforeTheFirstWord() async throws {
        let outcome = try await fixture.ask([.cut([": thinking\n\n"]), .text("Now.")])
        #expect(outcome.result == .success(ChatCompletion(text: "Now.")))
        #expect(outcome.received.count == 2)
    }

    @Test func doesNotRepeatItselfWhenCutLater() async throws {
        let outcome = try await fixture.ask([.cut(["data: \(Answer.delta("Half an"))\n\n"]), .text("Never.")])
        #expect(outcome.received.count == 1)
        #expect(outcome.pieces == ["Half an"])
        guard case .failure(.unreachable) = outcome.result else {
            Issue.record("\(outcome.result)")
            return
        }
    }

    @Test func aStreamThatEndsEarlyIsAFailure() async throws {
        let outcome = try await fixture.ask([.bytes(["data: \(Answer.delta("Half an"))\n\n"])])
        #expect(outcome.result == .failure(.unreachable("the answer was cut off")))
    }

    @Test func sayThatNobodyListens() async throws {
        let client = ChatClient(
            endpoint: ChatEndpoint(baseURL: try await LoopbackChatServer.refusingBaseURL(), model: "m"),
            http: try CurlHTTPClient(), clock: ImmediateClock())
        let error = await thrown(ChatError.self) {
            try await client.complete(ChatFixture.question) { _ throws(ChatError) in }
        }
        #expect(String(describing: error).contains("unreachable"))
    }

    @Test func anAddressThatIsNoneIsExplained() async throws {
        let client = ChatClient(
            endpoint: ChatEndpoint(baseURL: "ht tp://nowhere", model: "m"), http: try CurlHTTPClient(),
            clock: ImmediateClock())
        let error = await thrown(ChatError.self) {
            try await client.complete(ChatFixture.question) { _ throws(ChatError) in }
        }
        #expect(error == .unreachable("the address of the chat service is not one: check LLM_BASE_URL"))
    }

    // MARK: - Time, nonsense, cancellation

    /// Real time is needed here: the time-out is libcurl's.
    @Test func givesUpWhenNothingComes() async throws {
        let outcome = try await fixture.ask([.hang([])], timeout: .milliseconds(200))
        #expect(outcome.result == .failure(.timedOut))
        #expect(outcome.received.count == 1)
    }

    @Test func givesUpWhenTheStreamHangs() async throws {
        let outcome = try await fixture.ask([.hang(["data: \(Answer.delta("One"))\n\n"])], timeout: .milliseconds(200))
        #expect(outcome.result == .failure(.timedOut))
        #expect(outcome.pieces == ["One"])
    }

    @Test(arguments: [
        "data: {not json}\n\n", "data: {\"choices\":\"x\"}\n\n", "data: []\n\n", "data: null\n\n",
        "data: {\"error\":{\"message\":\"boom\"}}\n\n", "data: \u{0}\n\n",
    ])
    func nonsenseIsAnError(_ bytes: String) async throws {
        let outcome = try await fixture.ask([.bytes([bytes])])
        guard case .failure(.malformed) = outcome.result else {
            Issue.record("\(outcome.result)")
            return
        }
        #expect(outcome.received.count == 1)
    }

    @Test(arguments: ["", "<html>", "{}", #"{"choices":[]}"#, #"{"error":"no"}"#, "[1,2"])
    func aBodyThatIsNoCompletionIsAnError(_ body: String) async throws {
        let outcome = try await fixture.ask([.response(200, body)])
        guard case .failure(.malformed) = outcome.result else {
            Issue.record("\(outcome.result)")
            return
        }
    }

    @Test func aLineWithoutEndIsCutOff() async throws {
        let outcome = try await fixture.ask([.endless(UInt8(ascii: "x"), count: 64 << 20)])
        #expect(outcome.result == .failure(.malformed("a line without end")))
    }

    @Test func anAnswerWithoutEndIsCutOff() async throws {
        let long = Answer.delta(String(repeating: "word ", count: 4000))
        let outcome = try await fixture.ask([.events(Array(repeating: long, count: 40))])
        #expect(outcome.result == .failure(.malformed("an answer without end")))
        #expect(outcome.pieces.joined().utf8.count <= 256 * 1024)
    }

    @Test func cancellationEndsIt() async throws {
        try await LoopbackChatServer.serve([.hang(["data: \(Answer.delta("One"))\n\n"])]) { server in
            let client = ChatClient(
                endpoint: ChatEndpoint(baseURL: server.baseURL, model: "m"), http: try CurlHTTPClient())
            let begun = Latch()
            let outcome = await withTaskGroup(of: ChatError?.self) { group in
                group.addTask {
                    do throws(ChatError) {
                        _ = try await client.complete(ChatFixture.question) { _ throws(ChatError) in begun.set() }
                        return nil
                    } catch {
                        return error
                    }
                }
                await begun.wait()
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(outcome == .cancelled)
        }
    }

    @Test func whatTheConsumerThrowsEndsTheStream() async throws {
        let outcome = try await LoopbackChatServer.serve([.hang(["data: \(Answer.delta("One"))\n\n"])]) { server in
            let client = ChatClient(
                endpoint: ChatEndpoint(baseURL: server.baseURL, model: "m"), http: try CurlHTTPClient())
            do throws(ChatError) {
                _ = try await client.complete(ChatFixture.question) { _ throws(ChatError) in throw .malformed("mine") }
                return ChatError?.none
            } catch {
                return error
            }
        }
        #expect(outcome == .malformed("mine"))
    }
}
