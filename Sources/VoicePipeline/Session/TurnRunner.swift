/// Runs one turn: recognise, think, speak. One task tree; cancelling it stops whichever stage runs.
struct TurnRunner: Sendable {
    let session: String
    let engines: SessionEngines
    let limits: SessionLimits
    let clock: any Clock<Duration>
    let log: Log
    let events: BoundedChannel<TurnEvent>

    typealias Turn = TurnQueue<UtteranceBuffer.Outcome>.Turn

    func run(_ turn: Turn) async {
        var timeline = TurnTimeline()
        timeline.mark(.speechEnd, at: turn.ended)
        let log = self.log.with(["turn": .int(turn.number)])
        do {
            let samples = try utterance(turn.input)
            timeline.utteranceSeconds = Double(samples.count) / Double(UtteranceBuffer.sampleRate)
            let transcript = try await recognize(samples, turn: turn.number, timeline: &timeline)
            let reply = try await think(transcript, turn: turn, timeline: &timeline, log: log)
            await speak(reply.text, turn: turn.number, timeline: &timeline, log: log)
            guard !Task.isCancelled else { return engines.metrics.turns.count("cancelled") }
            engines.metrics.turnEnded(timeline, source: reply.source)
            var fields = timeline.logFields
            if log.keepsSpeech {
                fields.append((name: "transcript", value: .text(transcript.text)))
                fields.append((name: "reply", value: .text(reply.text)))
            }
            log.info("turn done", fields)
            await events.send(TurnEvent(turn: turn.number, .done(timeline)))
        } catch {
            // Whatever a cancelled turn failed with, nobody waits for it.
            guard !Task.isCancelled else {
                engines.metrics.turns.count("cancelled")
                return log.debug("turn cancelled")
            }
            let failure = error as? TurnFailure ?? .brain("\(error)")
            engines.metrics.turnFailed(failure)
            log.warning("turn failed", ["reason": .text("\(failure)")])
            await events.send(TurnEvent(turn: turn.number, .failed(failure)))
        }
    }

    /// Speaks something that nobody asked for.
    func announce(_ text: String, turn: Int) async {
        var timeline = TurnTimeline()
        timeline.mark(.speechEnd)
        await events.send(TurnEvent(turn: turn, .announcement(text)))
        await speak(text, turn: turn, timeline: &timeline, log: log)
        guard !Task.isCancelled else { return }
        await events.send(TurnEvent(turn: turn, .done(timeline)))
    }

    private func utterance(_ input: UtteranceBuffer.Outcome) throws(TurnFailure) -> [Float] {
        switch input {
        case .utterance(let samples): return samples
        case .empty: throw .emptyAudio
        case .oddByteCount: throw .oddByteCount
        case .discarded: throw .tooLong(limit: limits.utteranceSeconds)
        }
    }

    private func recognize(
        _ samples: [Float], turn: Int, timeline: inout TurnTimeline
    ) async throws -> Transcript {
        timeline.mark(.recognitionStart)
        await events.send(TurnEvent(turn: turn, .recognizing))
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
        await events.send(TurnEvent(turn: turn, .transcript(transcript)))
        return transcript
    }

    private func think(
        _ transcript: Transcript, turn: Turn, timeline: inout TurnTimeline, log: Log
    ) async throws -> BrainReply {
        var history: [ChatMessage] = []
        do {
            history = try await engines.store.history(of: session, turns: limits.historyTurns)
        } catch {
            engines.metrics.error(.storage)
            log.error("conversation not readable", ["reason": .text("\(error)")])
        }
        let request = BrainRequest(session: session, utterance: transcript.text, history: history)
        let heard = ReplyProgress()
        let reply = try await replyBeforeDeadline(to: request, turn: turn, progress: heard)
        try Task.checkCancellation()
        if let first = heard.firstPiece { timeline.mark(.firstToken, at: first) }
        timeline.mark(.reply)
        if case .apology(let reason) = reply.source {
            log.error("no answer from the chat service", ["reason": .text(reason)])
        }
        let text = limits.spoken.cut(reply.text)
        await events.send(TurnEvent(turn: turn.number, .reply(text)))
        do {
            try await engines.store.append(user: transcript.text, assistant: text, to: session)
        } catch {
            engines.metrics.error(.storage)
            log.error("turn not kept", ["reason": .text("\(error)")])
        }
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
                    await events.send(TurnEvent(turn: turn.number, .replyDelta(piece)))
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
                guard await events.send(TurnEvent(turn: turn, .audio(speech))) else { return }
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
