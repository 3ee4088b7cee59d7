/// Decides what to say. The device and the server use the same one.
public protocol Brain: Sendable {
    /// Answers one utterance. Whatever has effects waits for the request's commitment first: a skill that changes or
    /// announces something, a tool call. What has none (a chat request, the time, a sum) does not wait.
    /// - Parameters:
    ///   - request: what was said, by whom, after what.
    ///   - emit: called with each piece of the answer as it becomes known, in order; the pieces joined are the answer.
    ///     Its suspension holds the answer back.
    /// - Returns: the whole answer. A failing language model is an answer too ("Service temporarily unavailable").
    /// - Throws: `CancellationError`, or what `emit` throws.
    func reply(
        to request: BrainRequest, emit: @Sendable (_ piece: String) async throws -> Void
    ) async throws -> BrainReply
}

/// One utterance in its conversation.
public struct BrainRequest: Sendable {
    public var session: String
    public var utterance: String
    /// The turns before, oldest first; user and assistant messages only.
    public var history: [ChatMessage]
    /// Until it is made, the brain may think but not act.
    public var commitment: Commitment
    /// Settled when it is known how much of the answer got out.
    public var receipt: AnswerReceipt

    public init(
        session: String, utterance: String, history: [ChatMessage] = [], commitment: Commitment = .made,
        receipt: AnswerReceipt = AnswerReceipt()
    ) {
        self.commitment = commitment
        self.receipt = receipt
        self.session = session
        self.utterance = utterance
        self.history = history
    }
}

/// The whole answer to one utterance.
public struct BrainReply: Equatable, Sendable {
    public enum Source: Equatable, Sendable {
        /// A skill that needs no model; its name.
        case skill(String)
        /// A chat model; its name.
        case model(String)
        /// The chat model failed; why, for the log.
        case apology(String)
    }
    public var text: String
    public var source: Source

    public init(text: String, source: Source) {
        self.text = text
        self.source = source
    }
}
