/// Runs one turn: recognise, think, speak. One task tree; cancelling it stops whichever stage runs.
struct TurnRunner: Sendable {
    let session: String
    /// Begins the names of the session's turns.
    let request: String
    let engines: SessionEngines
    let limits: SessionLimits
    /// Decides what is said instead of a failure; nil leaves failures to the door.
    let recovery: RecoveryState?
    let clock: any Clock<Duration>
    let log: Log
    let emit: Conversation.Emit

    typealias Turn = TurnQueue<Result<[Float], TurnFailure>>.Turn

    func run(_ turn: Turn) async {
        await RequestID.$current.withValue("\(request)-\(turn.number)") { await answer(turn) }
    }

    private func answer(_ turn: Turn) async {
        var timeline = TurnTimeline()
        timeline.mark(.speechEnd, at: turn.ended)
        let log = self.log.with(["turn": .int(turn.number)])
        do {
            let samples = try turn.input.get()
            timeline.utteranceSeconds = Double(samples.count) / Double(UtteranceBuffer.sampleRate)
            let transcript = try await recognize(samples, turn: turn.number, timeline: &timeline)
            switch recovery?.heard(transcript) ?? .answer(transcript.text) {
            case .answer(let question):
                let reply = try await think(question, turn: turn, timeline: &timeline, log: log)
                var words: [(name: String, value: Log.Value)] = []
                if log.keepsSpeech {
                    words = [("transcript", .text(transcript.text)), ("reply", .text(reply.text))]
                }
                await finish(
                    speaking: reply.text, from: reply.source, words, turn: turn.number, timeline: &timeline, log: log)
            case .say(let phrase):
                await say(phrase, from: .skill("recovery"), turn: turn.number, timeline: &timeline, log: log)
            }
        } catch {
            // Whatever a cancelled turn failed with, nobody waits for it.
            guard !Task.isCancelled else {
                engines.metrics.turns.count("cancelled")
                return log.debug("turn cancelled")
            }
            let failure = error as? TurnFailure ?? .brain("\(error)")
            engines.metrics.turnFailed(failure)
            log.warning("turn failed", ["reason": .text("\(failure)")])
            guard let recovery else { return await emit(TurnEvent(turn: turn.number, .failed(failure))) }
            await say(recovery.phrase(for: failure), from: nil, turn: turn.number, timeline: &timeline, log: log)
        }
    }

    /// Answers with a phrase of our own, which is no part of the conversation.
    /// - Parameter source: nil for a turn that was counted as failed.
    private func say(
        _ phrase: String, from source: BrainReply.Source?, turn: Int, timeline: inout TurnTimeline, log: Log
    ) async {
        timeline.mark(.reply)
        let phrase = limits.spoken.cut(phrase)
        await emit(TurnEvent(turn: turn, .reply(phrase)))
        await finish(speaking: phrase, from: source, turn: turn, timeline: &timeline, log: log)
    }

    private func finish(
        speaking text: String, from source: BrainReply.Source?, _ words: [(name: String, value: Log.Value)] = [],
        turn: Int, timeline: inout TurnTimeline, log: Log
    ) async {
        await speak(text, turn: turn, timeline: &timeline, log: log)
        guard !Task.isCancelled else {
            if source != nil { engines.metrics.turns.count("cancelled") }
            return
        }
        if let source { engines.metrics.turnEnded(timeline, source: source) }
        log.info("turn done", timeline.logFields + words)
        await emit(TurnEvent(turn: turn, .done(timeline)))
    }

    /// Speaks something that nobody asked for.
    func announce(_ text: String, turn: Int) async {
        await RequestID.$current.withValue("\(request)-\(turn)") {
            var timeline = TurnTimeline()
            timeline.mark(.speechEnd)
            await emit(TurnEvent(turn: turn, .announcement(text)))
            await speak(text, turn: turn, timeline: &timeline, log: log)
            guard !Task.isCancelled else { return }
            await emit(TurnEvent(turn: turn, .done(timeline)))
        }
    }

    private func recognize(
        _ samples: [Float], turn: Int, timeline: inout TurnTimeline
    ) async throws -> Transcript {
        timeline.mark(.recognitionStart)
        await emit(TurnEvent(turn: turn, .recognizing))
        let transcript: Transcript
        do {
            transcript = try await engines.recognizer.transcribe(samples, options: RecognitionOptions())
        } catch {
            switch error {
            case .cancelled: throw CancellationError()
            case .busy: throw TurnFailure.busy
            default: throw TurnFailure.recognition(error)
            }
        }
        timeline.mark(.transcript)
        guard !transcript.text.isEmpty else { throw TurnFailure.notUnderstood }
        await emit(TurnEvent(turn: turn, .transcript(transcript)))
        return transcript
    }

    private func think(
        _ question: String, turn: Turn, timeline: inout TurnTimeline, log: Log
    ) async throws -> BrainReply {
        var history: [ChatMessage] = []
        do {
            history = try await engines.metrics.timeStorage("read") {
                try await engines.store.history(of: session, turns: limits.historyTurns)
            }
        } catch {
            engines.metrics.error(.storage)
            log.error("conversation not readable", ["reason": .text("\(error)")])
        }
        let request = BrainRequest(session: session, utterance: question, history: history)
        let heard = ReplyProgress()
        let reply = try await replyBeforeDeadline(to: request, turn: turn, progress: heard)
        try Task.checkCancellation()
        if let first = heard.firstPiece { timeline.mark(.firstToken, at: first) }
        timeline.mark(.reply)
        if case .apology(let reason) = reply.source {
            log.error("no answer from the chat service", ["reason": .text(reason)])
        }
        let text = limits.spoken.cut(reply.text)
        // Kept before it is told: what a client has seen is not lost with the process.
        do {
            try await engines.metrics.timeStorage("write") {
                try await engines.store.append(user: question, assistant: text, to: session)
            }
        } catch {
            engines.metrics.error(.storage)
            log.error("turn not kept", ["reason": .text("\(error)")])
        }
        await emit(TurnEvent(turn: turn.number, .reply(text)))
        return BrainReply(text: text, source: reply.source)
    }

    /// The brain's answer, or at the deadline what there is of it.
    private func replyBeforeDeadline(
        to request: BrainRequest, turn: Turn, progress: ReplyProgress
    ) async throws -> BrainReply {
        let left = limits.replyDeadline - turn.ended.duration(to: .now)
        return try await withThrowingTaskGroup(of: BrainReply?.self) { group in
            group.addTask {
                try await engines.brain.reply(to: request) { piece in
                    progress.add(piece)
                    await emit(TurnEvent(turn: turn.number, .replyDelta(piece)))
                }
            }
            group.addTask {
                try await clock.sleep(for: max(left, .zero))
                return nil
            }
            defer { group.cancelAll() }
            if let reply = try await group.next() ?? nil { return reply }
            try Task.checkCancellation()
            return progress.partialReply
        }
    }

    private func speak(_ text: String, turn: Int, timeline: inout TurnTimeline, log: Log) async {
        let options = SynthesisOptions(wordsPerMinute: limits.wordsPerMinute)
        for piece in SentenceSplitter.pieces(of: text) {
            do throws(EngineError) {
                var speech = try await engines.synthesizer.synthesize(piece, options: options)
                if speech.sampleRate != limits.outputRate {
                    speech.samples = try engines.resampler.resample(
                        speech.samples, from: speech.sampleRate, to: limits.outputRate)
                    speech.sampleRate = limits.outputRate
                }
                speech.text = piece
                guard !speech.samples.isEmpty else { continue }
                let room = limits.answerSeconds - timeline.answerSeconds
                if speech.duration > room {
                    // A sentence that does not fit is left out whole; only a first one is cut.
                    guard timeline.answerSeconds == 0 else { return }
                    speech.samples.removeLast(speech.samples.count - Int(room * Double(speech.sampleRate)))
                }
                timeline.mark(.firstAudio)
                timeline.mark(.lastAudio, replacing: true)
                timeline.answerSeconds += speech.duration
                await emit(TurnEvent(turn: turn, .audio(speech)))
                guard !Task.isCancelled else { return }
            } catch {
                guard error != .cancelled else { return }
                engines.metrics.error(.synthesis)
                log.error("speech not made", ["reason": .text("\(error)")])
                return
            }
        }
    }
}

/// What the brain has said so far, written by its task and read at the deadline.
private final class ReplyProgress: Sendable {
    private struct State {
        var text = ""
        var firstPiece: ContinuousClock.Instant?
    }
    private let state = Guarded(State())

    func add(_ piece: String) {
        state.withLock { state in
            if state.firstPiece == nil, !piece.isEmpty { state.firstPiece = .now }
            state.text += piece
        }
    }

    var firstPiece: ContinuousClock.Instant? { state.withLock { $0.firstPiece } }

    /// The whole sentences that came in time, or the documented apology.
    var partialReply: BrainReply {
        let text = state.withLock { $0.text }
        if let end = text.lastIndex(where: { ".!?".contains($0) }) {
            return BrainReply(text: String(text[...end]), source: .apology("the answer was late and is cut"))
        }
        return BrainReply(text: "Service temporarily unavailable", source: .apology("the answer was late"))
    }
}
