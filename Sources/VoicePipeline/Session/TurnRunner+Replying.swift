/// Thinking and speaking, at the same time.
extension TurnRunner {
    /// The brain's reply, spoken.
    func reply(to question: String, _ start: TurnStart) async throws -> BrainReply {
        let pieces = BoundedChannel<String>(capacity: 32)
        let isTold = Latch()
        async let speaking: Void = speak(pieces, isTold: isTold, start)
        do {
            let reply = try await think(question, pieces, start)
            pieces.finish()
            isTold.set()
            await speaking
            return reply
        } catch {
            pieces.finish()
            throw error
        }
    }

    /// Speaks a text that is there as a whole.
    func speak(_ text: String, _ start: TurnStart) async {
        let found = SentenceSplitter.pieces(of: text)
        let pieces = BoundedChannel<String>(capacity: found.count)
        for piece in found { await pieces.send(piece) }
        pieces.finish()
        let isTold = Latch()
        isTold.set()
        await speak(pieces, isTold: isTold, start)
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
                try await clock.sleep(for: max(limits.replyDeadline - start.record.age, .zero))
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

    // MARK: Speaking

    /// - Parameter isTold: set when the reply's text was told; an answer that is made as a whole comes after it.
    private func speak(_ pieces: BoundedChannel<String>, isTold: Latch, _ start: TurnStart) async {
        var waiting: [SynthesizedSpeech] = []
        var isFirst = true
        var isOver = false
        for await piece in pieces {
            // What still comes is taken, or the brain would wait for ever.
            guard !isOver, let speech = await synthesize(piece, isFirst: isFirst, isOver: &isOver, start) else {
                continue
            }
            isFirst = false
            if mode.streamsAudio || isTold.isSet {
                for speech in waiting { await tell(speech, start) }
                waiting = []
                await tell(speech, start)
            } else {
                waiting.append(speech)
            }
            guard !Task.isCancelled else { return }
            // Ahead of the user only the first words are made.
            guard (try? await start.commitment.wait()) != nil else { return }
        }
        await isTold.wait()
        guard !Task.isCancelled else { return }
        for speech in waiting { await tell(speech, start) }
    }

    private func tell(_ speech: SynthesizedSpeech, _ start: TurnStart) async {
        guard !Task.isCancelled else { return }
        await start.outbox.send(.audio(speech))
    }

    /// - Parameter isOver: set when no further piece can be spoken.
    /// - Returns: nil if there is nothing to say, no room for it, or if it could not be made.
    private func synthesize(
        _ piece: String, isFirst: Bool, isOver: inout Bool, _ start: TurnStart
    ) async -> SynthesizedSpeech? {
        let room = limits.answerSeconds - start.record.timeline.answerSeconds
        let options = SynthesisOptions(
            wordsPerMinute: limits.wordsPerMinute, priority: isFirst ? start.priority : .continuation)
        do throws(EngineError) {
            var speech = try await engines.synthesizer.synthesize(piece, options: options)
            if speech.sampleRate != limits.outputRate {
                speech.samples = try engines.resampler.resample(
                    speech.samples, from: speech.sampleRate, to: limits.outputRate)
                speech.sampleRate = limits.outputRate
            }
            speech.text = piece
            guard !speech.samples.isEmpty else { return nil }
            if speech.duration > room {
                isOver = true
                // A sentence that does not fit is left out whole; only a first one is cut.
                guard isFirst else { return nil }
                speech.samples.removeLast(speech.samples.count - Int(room * Double(speech.sampleRate)))
            }
            start.record.mark(.firstAudio)
            start.record.mark(.lastAudio, replacing: true)
            start.record.spoke(seconds: speech.duration)
            return speech
        } catch {
            isOver = true
            guard error != .cancelled else { return nil }
            engines.metrics.error(.synthesis)
            start.log.error("speech not made", ["reason": .text("\(error)")])
            return nil
        }
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
