/// Thinking and speaking, at the same time.
extension TurnRunner {
    /// The brain's reply, spoken.
    func reply(to question: String, _ start: TurnStart) async throws -> BrainReply {
        let pieces = BoundedChannel<String>(capacity: 32)
        let isTold = Latch()
        async let speaking: Void = speak(pieces, isTold: isTold, start)
        do {
            let reply = try await think(question, pieces, start)
            isTold.set()
            await speaking
            return reply
        } catch {
            pieces.finish()
            throw error
        }
    }

    // MARK: Thinking

    private func think(
        _ question: String, _ pieces: BoundedChannel<String>, _ start: TurnStart
    ) async throws -> BrainReply {
        let history = await history(start)
        let request = BrainRequest(
            session: session, utterance: question, history: history, commitment: start.commitment,
            receipt: start.receipt)
        let script = ReplyInProgress(ReplyScript(splitter: splitter, budget: limits.spoken))
        start.record.question = question
        var reply = try await replyBeforeDeadline(to: request, script, pieces, start)
        pieces.finish()
        try Task.checkCancellation()
        if let first = script.firstPiece { start.record.mark(.firstToken, at: first) }
        start.record.mark(.reply)
        try await start.commitment.wait()
        if case .apology(let reason) = reply.source {
            start.log.error("no answer from the chat service", ["reason": .text(reason)])
        }
        reply.text = script.text
        // Kept before it is told as a whole: what a client has seen is not lost with the process.
        do {
            try await engines.metrics.timeStorage("write") { [reply] in
                try await engines.store.append(user: question, assistant: reply.text, to: session)
            }
            start.record.kept()
        } catch {
            engines.metrics.error(.storage)
            start.log.error("turn not kept", ["reason": .text("\(error)")])
        }
        await start.outbox.send(.reply(reply.text))
        return reply
    }

    /// Where the answer is played while it is made, its first words are spoken as soon as they are there.
    private var splitter: SentenceSplitter { SentenceSplitter(firstPiece: mode.streamsAudio ? .short : .sentence) }

    private func history(_ start: TurnStart) async -> [ChatMessage] {
        do {
            return try await engines.metrics.timeStorage("read") {
                try await engines.store.history(of: session, turns: limits.historyTurns)
            }
        } catch {
            engines.metrics.error(.storage)
            start.log.error("conversation not readable", ["reason": .text("\(error)")])
            return []
        }
    }

    /// The brain's answer, or at the deadline what there is of it.
    private func replyBeforeDeadline(
        to request: BrainRequest, _ script: ReplyInProgress, _ pieces: BoundedChannel<String>, _ start: TurnStart
    ) async throws -> BrainReply {
        let reply = try await withThrowingTaskGroup(of: BrainReply?.self) { group in
            group.addTask {
                try await engines.brain.reply(to: request) { delta in
                    let found = script.add(delta)
                    if !found.isEmpty { start.record.mark(.firstClause) }
                    await start.outbox.send(.replyDelta(delta))
                    for piece in found { await pieces.send(piece) }
                }
            }
            group.addTask {
                // The time that counts begins with the end of speech.
                try await start.commitment.wait()
                try await clock.sleep(for: max(limits.replyDeadline - start.record.age, limits.leastThinking))
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        try Task.checkCancellation()
        if let reply {
            for piece in script.finish(reply.text) { await pieces.send(piece) }
            return reply
        }
        for piece in script.cutShort() { await pieces.send(piece) }
        if !script.isEmpty { return BrainReply(text: "", source: .apology("the answer was late and is cut")) }
        for piece in script.apologize("Service temporarily unavailable") { await pieces.send(piece) }
        return BrainReply(text: "", source: .apology("the answer was late"))
    }
}

/// The script of a reply, written by the brain's task and read at the deadline.
private final class ReplyInProgress: Sendable {
    private struct State {
        var script: ReplyScript
        var firstPiece: ContinuousClock.Instant?
    }
    private let state: Guarded<State>

    init(_ script: ReplyScript) { state = Guarded(State(script: script)) }

    func add(_ delta: String) -> [String] {
        state.withLock { state in
            if state.firstPiece == nil, !delta.isEmpty { state.firstPiece = .now }
            return state.script.add(delta)
        }
    }

    func finish(_ whole: String) -> [String] { state.withLock { $0.script.finish(whole) } }
    func cutShort() -> [String] { state.withLock { $0.script.cutShort() } }
    func apologize(_ text: String) -> [String] { state.withLock { $0.script.apologize(text) } }

    var firstPiece: ContinuousClock.Instant? { state.withLock { $0.firstPiece } }
    var isEmpty: Bool { state.withLock { $0.script.isEmpty } }
    var text: String { state.withLock { $0.script.text } }
}
