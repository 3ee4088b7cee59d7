import Testing
import Transport
import VoiceBrain
import VoicePipeline
import VoiceTesting

/// The client against a real service on this machine, over the real HTTP client.
@Suite struct ChatClientTests {
    private typealias Answer = LoopbackChatServer.Answer
    private let fixture = ChatFixture()

    @Test func streamsAnAnswer() async throws {
        let outcome = try await fixture.ask([.text("Hello there, “friend” ☕.")])
        #expect(outcome.result == .success(ChatCompletion(text: "Hello there, “friend” ☕.")))
        #expect(outcome.pieces == ["Hello", " there,", " “friend”", " ☕."])
        #expect(outcome.received.count == 1)
        #expect(outcome.received[0].path == "/v1/chat/completions")
        #expect(outcome.received[0].authorization == "Bearer secret-key-123")
    }

    @Test func asksAsTheDocumentSays() async throws {
        let tool = ToolDescription(name: "t", summary: "does", parameters: #"{"type":"object","properties":{}}"#)
        let request = ChatRequest(
            messages: [
                ChatMessage(.system, "be kind"), ChatMessage(.user, "a \"quoted\"\nline"),
                ChatMessage(.assistant, "", toolCalls: [ToolCall(id: "1", name: "t", arguments: "{}")]),
                ChatMessage(.tool, "done", toolCallID: "1"),
            ], tools: [tool])
        let outcome = try await fixture.ask([.text("ok")], request: request, key: nil)
        #expect(outcome.received[0].authorization == nil)
        let body = try #require(JSONValue(json: outcome.received[0].body.utf8))
        #expect(body["model"] == .string("tiny"))
        #expect(body["stream"] == .bool(true))
        #expect(body["temperature"] == .number(0.2))
        #expect(body["max_tokens"] == .number(200))
        #expect(body["reasoning_effort"] == nil)
        let expected = #"""
            [{"role":"system","content":"be kind"},{"role":"user","content":"a \"quoted\"\nline"},
             {"role":"assistant","content":"","tool_calls":[{"id":"1","type":"function","function":{"name":"t","arguments":"{}"}}]},
             {"role":"tool","content":"done","tool_call_id":"1"}]
            """#
        #expect(body["messages"] == JSONValue(json: expected.utf8))
        let tools =
            #"[{"type":"function","function":{"name":"t","description":"does","parameters":{"type":"object","properties":{}}}}]"#
        #expect(body["tools"] == JSONValue(json: tools.utf8))
    }

    @Test func putsToolCallsTogether() async throws {
        let outcome = try await fixture.ask([.toolCall("timers", #"{"action":"set","seconds":300}"#, id: "call_9")])
        #expect(
            outcome.result
                == .success(
                    ChatCompletion(
                        text: "",
                        toolCalls: [
                            ToolCall(id: "call_9", name: "timers", arguments: #"{"action":"set","seconds":300}"#)
                        ])))
        #expect(outcome.pieces.isEmpty)
    }

    /// Services differ in how they number the calls of one answer.
    @Test(arguments: [
        [
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"x","arguments":"{}"}},{"index":1,"id":"b","function":{"name":"y","arguments":"{}"}}]}}]}"#
        ],
        [
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"x","arguments":"{}"}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"y","arguments":"{}"}}]}}]}"#,
        ],
        [
            #"{"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"x","arguments":"{"}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"}"}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"id":"b","function":{"name":"y","arguments":"{}"}}]}}]}"#,
        ],
        [
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"x","arguments":"{"}},{"index":1,"id":"b","function":{"name":"y","arguments":"{"}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"arguments":"}"}},{"index":0,"function":{"arguments":"}"}}]}}]}"#,
        ],
    ])
    func readsCallsHoweverTheyAreNumbered(_ events: [String]) async throws {
        let outcome = try await fixture.ask([.events(events)])
        let calls = [ToolCall(id: "a", name: "x", arguments: "{}"), ToolCall(id: "b", name: "y", arguments: "{}")]
        #expect(outcome.result == .success(ChatCompletion(text: "", toolCalls: calls)))
    }

    @Test func readsAnAnswerThatWasNotStreamed() async throws {
        let body =
            #"{"choices":[{"index":0,"message":{"role":"assistant","content":"All at once."},"finish_reason":"stop"}]}"#
        let outcome = try await fixture.ask([.response(200, body)])
        #expect(outcome.result == .success(ChatCompletion(text: "All at once.")))
        #expect(outcome.pieces == ["All at once."])
    }

    @Test func endsWithTheReasonWhenDoneIsMissing() async throws {
        let outcome = try await fixture.ask([
            .bytes(["data: \(Answer.delta("Hi."))\n\n", "data: \(Answer.finish("stop"))\n\n"])
        ])
        #expect(outcome.result == .success(ChatCompletion(text: "Hi.")))
    }

    @Test func passesOverUsageAndUnknownMembers() async throws {
        let outcome = try await fixture.ask([
            .events([
                #"{"x":1,"choices":[{"delta":{"role":"assistant","content":"","reasoning":"hm"},"logprobs":null}]}"#,
                Answer.delta("Hi."), Answer.finish("length"), #"{"choices":[],"usage":{"total_tokens":5}}"#,
            ])
        ])
        #expect(outcome.result == .success(ChatCompletion(text: "Hi.")))
    }
}
