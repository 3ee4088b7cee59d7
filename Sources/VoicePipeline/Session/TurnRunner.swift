/// Runs one turn: recognise, think and speak. One task tree; cancelling it stops whichever stages run.
///
/// ```
///  samples ─► recognize ─► transcript ─► think ─pieces─► speak ─audio─► outbox
///                                          └─ kept in the store, once committed
/// ```
/// A turn may run ahead of its commitment: it thinks then, and makes the first words of its answer, but nothing leaves
/// the outbox, and nothing is kept or counted.
struct TurnRunner: Sendable {
    let session: String
    /// Begins the names of the session's turns.
    let request: String
    let engines: SessionEngines
    let limits: SessionLimits
    let mode: SessionMode
    /// Decides what is said instead of a failure; nil leaves failures to the door.
    let recovery: RecoveryState?
    let clock: any Clock<Duration>
    let log: Log
    let emit: Conversation.Emit

    typealias Turn = TurnQueue<EndedUtterance>.Turn

    /// A turn whose end of speech came.
    func start(_ turn: Turn) -> TurnStart {
        let start = TurnStart(
            samples: turn.input.samples, draft: turn.input.draft, outbox: outbox(turn.number),
            log: log.with(["turn": .int(turn.number)]))
        start.record.end(at: turn.ended)
        return start
    }

    private func outbox(_ number: Int?) -> TurnOutbox {
        TurnOutbox(number: number, streamsAudio: mode.streamsAudio, emit: emit)
    }

    func run(_ start: TurnStart, _ number: Int) async {
        await RequestID.$current.withValue("\(request)-\(number)") { await answer(start) }
    }

    /// Begins a turn at a pause; it goes on to its end if it is committed.
    /// - Parameter number: what the turn's will be then.
    func ahead(
        _ samples: [Float], draft: RecognitionDraft?, number: Int,
        onTranscript: @escaping @Sendable (Transcript) async -> Void
    ) -> AheadTurn {
        var start = TurnStart(
            samples: .success(samples), draft: draft, commitment: .pending(),
            outbox: outbox(nil), log: log.with(["turn": .int(number)]))
        start.onTranscript = onTranscript
        return AheadTurn(start, number: number)
    }

    /// Speaks something that nobody asked for.
    /// - Returns: whether all of it was emitted.
    func announce(_ text: String, turn: Int) async -> Bool {
        let start = TurnStart(
            samples: .failure(.emptyAudio), outbox: outbox(turn),
            log: log.with(["turn": .int(turn)]))
        start.record.end(at: .now)
        return await RequestID.$current.withValue("\(request)-\(turn)") {
            await start.outbox.send(.announcement(text))
            await speak(text, start)
            guard !Task.isCancelled else { return false }
            await start.outbox.send(.done(start.record.timeline))
            return true
        }
    }

    private func answer(_ start: TurnStart) async {
        do {
            let samples = try start.samples.get()
            start.record.heard(utteranceSeconds: Double(samples.count) / Double(UtteranceBuffer.sampleRate))
            let transcript = try await recognize(samples, start)
            if limits.ahead != .reply { try await start.commitment.wait() }
            let (decision, isNoted) = try await decide(transcript, start)
            switch decision {
            case .answer(let question):
                let reply = try await self.reply(to: question, start)
                if !isNoted { _ = recovery?.heard(transcript) }
                var words: [(name: String, value: Log.Value)] = []
                if log.keepsSpeech {
                    words = [("transcript", .text(transcript.text)), ("reply", .text(reply.text))]
                }
                await finish(start, from: reply.source, words)
                if !Task.isCancelled { start.record.told = reply.text }
            case .say(let phrase): await say(phrase, from: .skill("recovery"), start)
            }
        } catch {
            await failed(error, start)
        }
    }

    /// What is to be done about a transcript, and whether the recovery policy has taken note of it, as it must once
    /// the turn is meant.
    private func decide(
        _ transcript: Transcript, _ start: TurnStart
    ) async throws -> (RecoveryPolicy.Decision, isNoted: Bool) {
        guard let recovery else { return (.answer(transcript.text), true) }
        if !start.commitment.isMade, case .answer(let question) = recovery.preview(transcript) {
            return (.answer(question), false)
        }
        try await start.commitment.wait()
        return (recovery.heard(transcript), true)
    }

    private func failed(_ error: any Error, _ start: TurnStart) async {
        // A turn that is dropped before it was meant is nobody's failure.
        try? await start.commitment.wait()
        // Whatever a cancelled turn failed with, nobody waits for it.
        guard !Task.isCancelled else {
            guard start.commitment.isMade else { return }
            engines.metrics.turns.count("cancelled")
            return start.log.debug("turn cancelled")
        }
        await start.outbox.forgetAudio()
        let failure = error as? TurnFailure ?? .brain("\(error)")
        engines.metrics.turnFailed(failure)
        start.log.warning("turn failed", ["reason": .text("\(failure)")])
        guard let recovery else { return await start.outbox.send(.failed(failure)) }
        await say(recovery.phrase(for: failure), from: nil, start)
    }

    /// Answers with a phrase of our own, which is no part of the conversation.
    /// - Parameter source: nil for a turn that was counted as failed.
    private func say(_ phrase: String, from source: BrainReply.Source?, _ start: TurnStart) async {
        start.record.mark(.reply)
        let phrase = limits.spoken.cut(phrase)
        await start.outbox.send(.reply(phrase))
        await speak(phrase, start)
        await finish(start, from: source)
    }

    private func finish(
        _ start: TurnStart, from source: BrainReply.Source?, _ words: [(name: String, value: Log.Value)] = []
    ) async {
        guard !Task.isCancelled else {
            if source != nil { engines.metrics.turns.count("cancelled") }
            return
        }
        let timeline = start.record.timeline
        if let source { engines.metrics.turnEnded(timeline, source: source) }
        start.log.info("turn done", timeline.logFields + words)
        await start.outbox.send(.done(timeline))
    }

    private func recognize(_ samples: [Float], _ start: TurnStart) async throws -> Transcript {
        start.record.mark(.recognitionStart)
        await start.outbox.send(.recognizing)
        let transcript = try await transcribe(samples, start)
        start.record.mark(.transcript)
        start.record.heard(transcript)
        await start.onTranscript?(transcript)
        guard !transcript.text.isEmpty else { throw TurnFailure.notUnderstood }
        await start.outbox.send(.transcript(transcript))
        return transcript
    }

    private func transcribe(_ samples: [Float], _ start: TurnStart) async throws -> Transcript {
        do {
            return try await engines.recognizer.transcribe(
                samples,
                options: RecognitionOptions(language: engines.language, draft: start.draft, priority: start.priority))
        } catch {
            switch error {
            case .cancelled: throw CancellationError()
            case .busy:
                guard !start.commitment.isMade else { throw TurnFailure.busy }
                // Too busy to run ahead is no failure.
                try await start.commitment.wait()
                return try await transcribe(samples, start)
            default: throw TurnFailure.recognition(error)
            }
        }
    }

    /// Makes the conversation's store agree with what the user heard of an answer that was stopped.
    func keep(onlyHeard words: String, of record: TurnRecord) async {
        guard let question = record.question else { return }
        do {
            try await engines.metrics.timeStorage("write") {
                if record.isKept {
                    try await engines.store.amend(assistant: words, to: question, in: session)
                } else if !words.isEmpty {
                    try await engines.store.append(user: question, assistant: words, to: session)
                }
            }
        } catch {
            engines.metrics.error(.storage)
            log.error("interrupted turn not kept", ["reason": .text("\(error)")])
        }
    }
}
