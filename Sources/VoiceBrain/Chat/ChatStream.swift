import VoicePipeline

/// Reads one response of a chat service: a value that takes its parts and gives back the text in them.
package struct ChatStream: Sendable {
    /// Bytes of an answer that was not streamed, or of an error, at most.
    static let maximumBody = 256 * 1024
    /// Bytes of the answer's text at most.
    static let maximumText = 256 * 1024

    private(set) var status = 0
    /// `Retry-After` in seconds, if it was given so.
    package private(set) var retryAfter: Double?
    private var isEventStream = false
    private var decoder = SSEDecoder()
    private var body: [UInt8] = []
    private var text = ""
    private var calls = ToolCallAssembly()
    private var isComplete = false

    private let quotes: Bool

    /// - Parameter quotes: whether an error tells what the service said, which may repeat what a user said.
    package init(quotes: Bool = true) {
        self.quotes = quotes
    }

    private func said(_ message: String) -> String {
        quotes ? ": \(message.prefix(200))" : " (LOG_SPEECH=on shows what it said)"
    }

    package mutating func head(status: Int, headers: [(name: String, value: String)]) {
        self.status = status
        for (name, value) in headers {
            switch name {
            case "content-type": isEventStream = value.lowercased().hasPrefix("text/event-stream")
            case "retry-after": retryAfter = Double(value).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
            default: break
            }
        }
    }

    /// - Returns: the pieces of text in these bytes, in order.
    package mutating func body(_ bytes: [UInt8]) throws(ChatError) -> [String] {
        guard status == 200, isEventStream else {
            body.append(contentsOf: bytes.prefix(max(0, Self.maximumBody - body.count)))
            return []
        }
        let events: [SSEDecoder.Event]
        do {
            events = try decoder.feed(bytes)
        } catch {
            throw .malformed("a line without end")
        }
        var deltas: [String] = []
        for event in events where !isComplete || event != Self.done {
            if event == Self.done {
                isComplete = true
            } else if let delta = try read(event) {
                deltas.append(delta)
            }
        }
        return deltas
    }

    private static let done = Array("[DONE]".utf8)

    private mutating func read(_ event: [UInt8]) throws(ChatError) -> String? {
        guard let chunk = ChatChunk(json: event) else { throw .malformed("an event that is not a completion") }
        if let message = errorMessage(chunk.error) {
            throw .malformed("the service broke off" + said(message))
        }
        // The last chunk may hold no choice but the usage.
        guard let choice = chunk.choices?.first else { return nil }
        if choice.finish_reason != nil { isComplete = true }
        return try take(choice.delta ?? choice.message)
    }

    private mutating func take(_ message: ChatChunk.Message?) throws(ChatError) -> String? {
        for call in message?.tool_calls ?? [] { try calls.add(call) }
        guard let delta = message?.content, !delta.isEmpty else { return nil }
        guard text.utf8.count + delta.utf8.count <= Self.maximumText else { throw .malformed("an answer without end") }
        text += delta
        return delta
    }

    /// The end of the response.
    /// - Returns: the whole answer, and its text where it has not been given back yet.
    /// - Throws: `.unreachable` when the stream ended before the answer did.
    package mutating func finish() throws(ChatError) -> (completion: ChatCompletion, rest: String?) {
        var rest: String?
        if !isEventStream {
            guard let chunk = ChatChunk(json: body) else { throw .malformed("a response that is not a completion") }
            if let message = errorMessage(chunk.error) {
                throw .malformed("the service answered with an error" + said(message))
            }
            guard let choice = chunk.choices?.first else { throw .malformed("a completion without a choice") }
            rest = try take(choice.message ?? choice.delta)
            isComplete = true
        }
        guard isComplete else { throw .unreachable("the answer was cut off") }
        return (ChatCompletion(text: text, toolCalls: calls.finished), rest)
    }

    /// What the service said about its refusal; at most 200 characters.
    package var refusal: String {
        let message = JSONValue(json: body).flatMap { errorMessage($0["error"]) ?? $0["message"]?.text }
        return String((message ?? "").prefix(200))
    }
}
