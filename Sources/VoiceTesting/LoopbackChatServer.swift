import Transport
import VoicePipeline

/// A chat service on this machine that answers from a script, over real HTTP.
public final class LoopbackChatServer: Sendable {
    /// A request as it came.
    public struct Received: Sendable {
        public var path: String
        public var authorization: String?
        /// The JSON.
        public var body: String
    }

    /// What one request gets.
    public enum Answer: Sendable {
        /// Events of a stream, each the `data` of one; `[DONE]` follows.
        case events([String], firstAfter: Duration = .zero, nextAfter: Duration = .zero)
        /// Bytes of an event stream as they are, each piece sent by itself; then the stream ends well.
        case bytes([String])
        /// Bytes of an event stream, then the connection is cut.
        case cut([String])
        /// A response that is no stream.
        case response(Int, String, headers: HTTPHeaders = [:])
        /// Bytes of an event stream, then silence until the client goes.
        case hang([String])
        /// An event stream of one byte repeated, until the client goes or so many were sent.
        case endless(UInt8, count: Int)

        /// A text, streamed word by word.
        public static func text(
            _ text: String, firstAfter: Duration = .zero, nextAfter: Duration = .zero
        ) -> Answer {
            let words = text.split(separator: " ", omittingEmptySubsequences: false)
            let deltas = words.enumerated().map { delta(($0.offset == 0 ? "" : " ") + $0.element) }
            return .events(deltas + [finish("stop")], firstAfter: firstAfter, nextAfter: nextAfter)
        }

        /// A call of a tool, its arguments in two pieces.
        public static func toolCall(_ name: String, _ arguments: String, id: String = "call_1") -> Answer {
            let middle = arguments.index(arguments.startIndex, offsetBy: arguments.count / 2)
            let parts = [String(arguments[..<middle]), String(arguments[middle...])]
            let first =
                #"{"choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"\#(id)","#
                + #""type":"function","function":{"name":"\#(name)","arguments":\#(quoted(parts[0]))}}]}}]}"#
            let second =
                #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":\#(quoted(parts[1]))}}]}}]}"#
            return .events([first, second, finish("tool_calls")])
        }

        /// The event of one piece of text.
        public static func delta(_ text: some StringProtocol) -> String {
            #"{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":\#(quoted(text))}}]}"#
        }

        /// The event that ends an answer.
        public static func finish(_ reason: String) -> String {
            #"{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"\#(reason)"}]}"#
        }

        private static func quoted(_ text: some StringProtocol) -> String {
            var result = "\""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\"": result += "\\\""
                case "\\": result += "\\\\"
                case "\n": result += "\\n"
                default: result.unicodeScalars.append(scalar)
                }
            }
            return result + "\""
        }
    }

    private struct State {
        var received: [Received] = []
        var port = 0
    }
    private let state = Guarded(State())
    private let answer: @Sendable (Received, _ number: Int) -> Answer
    private let clock: any Clock<Duration>

    private init(clock: any Clock<Duration>, answer: @escaping @Sendable (Received, Int) -> Answer) {
        self.clock = clock
        self.answer = answer
    }

    /// Runs a server for as long as `body` runs.
    /// - Parameters:
    ///   - clock: measures the delays of `.events`.
    ///   - answer: chooses what each request gets; gets the request and how many came before.
    public static func serve<Value: Sendable>(
        clock: any Clock<Duration> = ContinuousClock(),
        answer: @escaping @Sendable (_ request: Received, _ number: Int) -> Answer,
        _ body: @escaping @Sendable (LoopbackChatServer) async throws -> Value
    ) async throws -> Value {
        let server = LoopbackChatServer(clock: clock, answer: answer)
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.drainTimeout = .milliseconds(1)
        return try await withLoopbackServer(configuration, handler: server.handle) { port in
            server.state.withLock { $0.port = port }
            return try await body(server)
        }
    }

    /// Runs a server that gives these answers in turn, the last one again and again.
    public static func serve<Value: Sendable>(
        _ answers: [Answer], _ body: @escaping @Sendable (LoopbackChatServer) async throws -> Value
    ) async throws -> Value {
        try await serve(
            answer: { _, number in
                answers.isEmpty ? .response(500, "") : answers[min(number, answers.count - 1)]
            }, body)
    }

    /// An address at which nobody listens.
    public static func refusingBaseURL() async throws -> String {
        let port = try await withLoopbackServer(handler: { _, _ in }) { $0 }
        return "http://127.0.0.1:\(port)/v1"
    }

    /// What `LLM_BASE_URL` would be.
    public var baseURL: String { "http://127.0.0.1:\(state.withLock { $0.port })/v1" }

    /// The requests so far.
    public var received: [Received] { state.withLock { $0.received } }

    @Sendable private func handle(_ request: HTTPRequest, _ responder: HTTPResponder) async throws {
        let body = try await request.body.collect(upTo: 1 << 20)
        let received = Received(
            path: request.path, authorization: request.headers.first("authorization"),
            body: String(decoding: body, as: UTF8.self))
        let number = state.withLock { state in
            state.received.append(received)
            return state.received.count - 1
        }
        try await send(answer(received, number), responder)
    }

    private struct Cut: Error {}

    private func send(_ answer: Answer, _ responder: HTTPResponder) async throws {
        let stream: HTTPHeaders = ["content-type": "text/event-stream; charset=utf-8"]
        switch answer {
        case .response(let status, let body, let headers):
            var headers = headers
            headers.append("content-type", "application/json")
            try await responder.respond(status, headers: headers, body: Array(body.utf8))
        case .events(let events, let firstAfter, let nextAfter):
            try await responder.stream(200, headers: stream) { writer in
                for (index, event) in events.enumerated() {
                    let pause = index == 0 ? firstAfter : nextAfter
                    if pause > .zero { try await clock.sleep(for: pause) }
                    try await writer.write("data: \(event)\n\n")
                }
                try await writer.write("data: [DONE]\n\n")
            }
        case .bytes(let pieces):
            try await responder.stream(200, headers: stream) { writer in
                for piece in pieces { try await writer.write(piece) }
            }
        case .cut(let pieces):
            try await responder.stream(200, headers: stream) { writer in
                for piece in pieces { try await writer.write(piece) }
                throw Cut()
            }
        case .hang(let pieces):
            try await responder.stream(200, headers: stream) { writer in
                for piece in pieces { try await writer.write(piece) }
                await Latch().wait()
            }
        case .endless(let byte, let count):
            let block = [UInt8](repeating: byte, count: 16 * 1024)
            try await responder.stream(200, headers: stream) { writer in
                for _ in 0..<count / block.count { try await writer.write(block) }
            }
        }
    }
}
