import Synchronization
import VoicePipeline

/// A language model behind an OpenAI-compatible service, streaming.
///
/// A failure is tried once more when it may be passing and nothing of the answer was emitted yet.
public struct ChatClient: ChatModel {
    private let endpoint: ChatEndpoint
    private let http: any HTTPClient
    private let timeout: Duration
    private let clock: any Clock<Duration>
    private let quotesRefusals: Bool

    /// - Parameters:
    ///   - http: keeps connections for reuse.
    ///   - timeout: for the whole answer, the second attempt included.
    ///   - clock: for the pause before the second attempt.
    ///   - quotesRefusals: whether an error tells what the service said, which may repeat what a user said.
    public init(
        endpoint: ChatEndpoint, http: any HTTPClient, timeout: Duration = .seconds(30),
        clock: any Clock<Duration> = ContinuousClock(), quotesRefusals: Bool = true
    ) {
        self.endpoint = endpoint
        self.http = http
        self.timeout = timeout
        self.clock = clock
        self.quotesRefusals = quotesRefusals
    }

    public var name: String { endpoint.model }

    public func complete(
        _ request: ChatRequest, emit: @Sendable (_ delta: String) async throws(ChatError) -> Void
    ) async throws(ChatError) -> ChatCompletion {
        guard let body = ChatRequestBody(request, model: endpoint.model).bytes else {
            throw .malformed("a request that JSON cannot hold")
        }
        let started = ContinuousClock.now
        var first = ChatAttempt()
        do {
            return try await attempt(body, timeout, &first, emit)
        } catch {
            guard let pause = first.pauseBeforeRetry(after: error) else { throw error }
            do {
                try await clock.sleep(for: pause)
            } catch {
                throw .cancelled
            }
            let left = timeout - started.duration(to: .now)
            guard left > .zero else { throw error }
            var second = ChatAttempt()
            return try await attempt(body, left, &second, emit)
        }
    }

    /// Sends the request once.
    private func attempt(
        _ body: [UInt8], _ timeout: Duration, _ outcome: inout ChatAttempt,
        _ emit: @Sendable (String) async throws(ChatError) -> Void
    ) async throws(ChatError) -> ChatCompletion {
        let stream = Guarded(ChatStream(quotes: quotesRefusals))
        let emitted = Atomic<Bool>(false)
        defer {
            outcome.hasEmitted = emitted.load(ordering: .acquiring)
            outcome.retryAfter = stream.withLock { $0.retryAfter }
        }
        do {
            try await http.send(request(body, timeout)) { event in
                switch event {
                case .head(let status, let headers):
                    stream.withLock { $0.head(status: status, headers: headers) }
                case .body(let bytes):
                    for delta in try Self.deltas(stream, bytes) {
                        emitted.store(true, ordering: .releasing)
                        try await emit(delta)
                    }
                }
            }
        } catch {
            throw Self.chatError(error)
        }
        let final = try end(stream)
        if let rest = final.rest { try await emit(rest) }
        return final.completion
    }

    private static func deltas(_ stream: Guarded<ChatStream>, _ bytes: [UInt8]) throws(ChatError) -> [String] {
        try stream.withLock { stream in
            Result { () throws(ChatError) in try stream.body(bytes) }
        }.get()
    }

    private func end(
        _ stream: Guarded<ChatStream>
    ) throws(ChatError) -> (completion: ChatCompletion, rest: String?) {
        let endpoint = self.endpoint
        return try stream.withLock { stream in
            Result { () throws(ChatError) in
                guard stream.status == 200 else {
                    throw ChatRefusal.error(stream, endpoint: endpoint, quotes: quotesRefusals)
                }
                return try stream.finish()
            }
        }.get()
    }

    private func request(_ body: [UInt8], _ timeout: Duration) -> HTTPClientRequest {
        var headers = [(name: "content-type", value: "application/json"), (name: "accept", value: "text/event-stream")]
        if let key = endpoint.key, !key.isEmpty { headers.append((name: "authorization", value: "Bearer \(key)")) }
        return HTTPClientRequest(
            method: "POST", url: endpoint.completionsURL, headers: headers, body: body,
            connectTimeout: min(.seconds(5), timeout), idleTimeout: timeout, timeout: timeout)
    }

    private static func chatError(_ error: any Error) -> ChatError {
        switch error {
        case let error as ChatError: error
        case is CancellationError: .cancelled
        case let error as HTTPClientError:
            switch error {
            case .cancelled: .cancelled
            case .timedOut: .timedOut
            case .unreachable(let why): .unreachable(why)
            case .invalidURL: .unreachable("the address of the chat service is not one: check LLM_BASE_URL")
            case .failed(_, let message): .unreachable(message)
            }
        default: .unreachable("\(error)")
        }
    }
}

/// How one attempt went, for deciding about another.
struct ChatAttempt {
    var hasEmitted = false
    /// Seconds that the service asked for.
    var retryAfter: Double?

    /// A longer wait than this is no answer in a conversation, seconds.
    static let longestPause = 2.0

    /// - Returns: how long to wait before the second attempt; nil when there shall be none.
    func pauseBeforeRetry(after error: ChatError) -> Duration? {
        guard !hasEmitted else { return nil }
        switch error {
        case .unreachable: return .milliseconds(100)
        case .refused(let status, _) where status == 429 || (500...599).contains(status):
            let pause = retryAfter ?? 0.5
            return pause <= Self.longestPause ? .milliseconds(Int64(pause * 1000)) : nil
        default: return nil
        }
    }
}
