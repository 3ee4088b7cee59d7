import Synchronization
import VoicePipeline

/// One answer of the chat model: asks it, runs the tools it calls, asks again, and gives the text on as it comes.
struct ModelReply: Sendable {
    let chat: any ChatModel
    let tools: [SkillTool]
    /// Whether this model was found not to know tools; shared by all answers.
    let toolSupport: ToolSupport
    /// Until it is made, the model is asked and heard but its tools do not act.
    let commitment: Commitment
    let log: Log

    /// Times the model is asked for one answer.
    static let maximumRounds = 4
    /// Calls that one round may make.
    static let maximumCalls = 8
    static let unavailable = "Service temporarily unavailable"
    static let unfinished = "Sorry, I couldn't work that out."

    typealias Emit = @Sendable (String) async throws -> Void

    /// - Returns: the text given on, and why the model failed if it did.
    /// - Throws: `CancellationError`, or what `emit` throws.
    func answer(
        _ messages: [ChatMessage], session: String, emit: Emit
    ) async throws -> (text: String, failure: String?) {
        var messages = messages
        var spoken = ""
        var lastResults: [String] = []
        for round in 1...Self.maximumRounds {
            let (outcome, said) = try await ask(messages, leading: spoken.isEmpty ? "" : " ", emit)
            spoken += said
            let completion: ChatCompletion
            switch outcome {
            case .success(let value): completion = value
            case .failure(.cancelled): throw CancellationError()
            case .failure(let error): return try await failed("\(error)", spoken, lastResults, emit)
            }
            if completion.toolCalls.isEmpty {
                if spoken.isEmpty { return try await failed("an empty answer", spoken, lastResults, emit) }
                return (spoken, nil)
            }
            guard round < Self.maximumRounds else { break }
            messages.append(ChatMessage(.assistant, completion.text, toolCalls: completion.toolCalls))
            lastResults = []
            for (index, call) in completion.toolCalls.enumerated() {
                try Task.checkCancellation()
                let result =
                    index < Self.maximumCalls ? try await run(call, session) : "Too many calls at once."
                messages.append(ChatMessage(.tool, result, toolCallID: call.id))
                if index < Self.maximumCalls { lastResults.append(result) }
            }
        }
        log.warning("the chat model did not come to an end", ["rounds": .int(Self.maximumRounds)])
        let text = spoken.isEmpty ? Self.unfinished : " " + Self.unfinished
        try await emit(text)
        return (spoken + text, nil)
    }

    private func run(_ call: ToolCall, _ session: String) async throws -> String {
        guard let tool = tools.first(where: { $0.description.name == call.name }) else {
            return "There is no tool of that name."
        }
        if tool.hasEffects { try await commitment.wait() }
        return await tool.call(arguments: call.arguments, session: session)
    }

    /// Asks once; a service that knows no tools is asked again without.
    /// - Returns: how it went, and what was given on meanwhile.
    private func ask(
        _ messages: [ChatMessage], leading: String, _ emit: Emit
    ) async throws -> (Result<ChatCompletion, ChatError>, said: String) {
        let offered = toolSupport.isMissing ? [] : tools.map(\.description)
        let (outcome, said) = try await complete(ChatRequest(messages: messages, tools: offered), leading, emit)
        if case .failure(.refused(status: 400, let advice)) = outcome, !offered.isEmpty, said.isEmpty,
            advice.lowercased().contains("tool")
        {
            toolSupport.markMissing()
            log.warning("the chat model knows no tools; it is asked without them", ["model": .text(chat.name)])
            return try await complete(ChatRequest(messages: messages), leading, emit)
        }
        return (outcome, said)
    }

    private func complete(
        _ request: ChatRequest, _ leading: String, _ emit: Emit
    ) async throws -> (Result<ChatCompletion, ChatError>, said: String) {
        let stage = Stage(leading: leading)
        var outcome: Result<ChatCompletion, ChatError>
        do throws(ChatError) {
            outcome = .success(
                try await chat.complete(request) { delta throws(ChatError) in
                    try await stage.pass(stage.add(delta), emit)
                    // Enough was said: the rest is not waited for.
                    if stage.isFull { throw .cancelled }
                })
        } catch {
            if let mine = stage.consumerError { throw mine }
            outcome = stage.isFull ? .success(ChatCompletion(text: "")) : .failure(error)
        }
        if case .failure(.cancelled) = outcome { return (outcome, stage.text) }
        do throws(ChatError) {
            // The last word is whole as far as anyone can tell.
            try await stage.pass(stage.finish(), emit)
        } catch {
            throw stage.consumerError ?? CancellationError()
        }
        return (outcome, stage.text)
    }

    /// What is said after a failure: the results of tools that already acted, else the documented apology.
    private func failed(
        _ reason: String, _ spoken: String, _ results: [String], _ emit: Emit
    ) async throws -> (text: String, failure: String?) {
        let text = results.isEmpty ? Self.unavailable : results.joined(separator: " ")
        let separator = spoken.isEmpty ? "" : ".!?".contains(spoken.last ?? ".") ? " " : "… "
        try await emit(separator + text)
        return (spoken + separator + text, reason)
    }
}

/// Whether the model's service knows tools.
final class ToolSupport: Sendable {
    private let missing = Atomic<Bool>(false)
    var isMissing: Bool { missing.load(ordering: .relaxed) }
    func markMissing() { missing.store(true, ordering: .relaxed) }
}

/// The text of one round on its way to the consumer.
private final class Stage: Sendable {
    private struct State {
        var reply = ReplyText()
        var consumerError: (any Error)?
        var isFirst = true
    }
    private let state = Guarded(State())
    private let leading: String

    init(leading: String) {
        self.leading = leading
    }

    var text: String { state.withLock { $0.reply.text.isEmpty ? "" : leading + $0.reply.text } }
    var isFull: Bool { state.withLock { $0.reply.isFull } }
    var consumerError: (any Error)? { state.withLock { $0.consumerError } }

    func add(_ delta: String) -> String { state.withLock { $0.reply.add(delta) } }
    func finish() -> String { state.withLock { $0.reply.finish() } }

    /// Hands a piece on; what the consumer throws is kept for the caller, because a model knows only its own errors.
    func pass(_ piece: String, _ emit: ModelReply.Emit) async throws(ChatError) {
        guard !piece.isEmpty else { return }
        let isFirst = state.withLock { state in
            defer { state.isFirst = false }
            return state.isFirst
        }
        do {
            try await emit(isFirst ? leading + piece : piece)
        } catch {
            state.withLock { $0.consumerError = error }
            throw .cancelled
        }
    }
}
