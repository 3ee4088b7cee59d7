/// Listening while the user speaks.
///
/// ```
///  samples ─► detector ─► Endpointer ─ paused ──► a turn runs ahead ──┐
///     │                       │         resumed ─► it is dropped      ├─► the end: it is committed
///     └─ now and then a look ─┘         ended ───────────────────────┘   (or the client's EOS)
/// ```
extension Conversation {
    /// - Returns: what listens, if nothing does yet.
    func listen() -> Work? {
        guard runner.limits.ahead != .nothing || mode.takesTurns || mode.wantsPartials else { return nil }
        if let hearing {
            hearing.arrived.signal()
            return nil
        }
        guard let stream = try? engines.detector?.makeStream() else { return nil }
        utterances += 1
        let hearing = Hearing(id: utterances, stream: stream, settings: runner.limits.endpointer)
        self.hearing = hearing
        let (id, arrived) = (hearing.id, hearing.arrived)
        return handOut { await self.hear(id, stream, arrived) }
    }

    /// The utterance is over, or forgotten. What listens to it ends soon.
    func stopHearing() {
        drop(&ahead)
        hearing?.arrived.signal()
        hearing = nil
    }

    /// The turn that was begun ahead, if nothing was said since.
    func takeAhead() -> AheadTurn? {
        guard let hearing, buffer.count - hearing.heard <= Hearing.slack else { return nil }
        defer { ahead = nil }
        return ahead
    }

    /// Drops a turn that was begun ahead.
    func drop(_ ahead: inout AheadTurn?) {
        guard let dropped = ahead else { return }
        dropped.cancelled.set()
        engines.metrics.ahead.count("dropped")
        ahead = nil
    }

    private func hear(_ id: Int, _ stream: any VoiceActivityStream, _ arrived: WakeSignal) async {
        await withDiscardingTaskGroup { group in
            while hearing?.id == id, !Task.isCancelled {
                let fresh = buffer.samples(from: hearing?.heard ?? 0)
                guard fresh.count >= Endpointer.frameLength else {
                    await arrived.wait()
                    continue
                }
                hearing?.heard += fresh.count
                guard let probabilities = await self.probabilities(fresh, stream) else { return }
                guard hearing?.id == id else { break }
                for probability in probabilities {
                    let silence = Duration.milliseconds(hearing?.endpointer.silenceMilliseconds ?? 0)
                    let event = hearing?.endpointer.take(probability)
                    // Even where nobody has time to look what is said, it is no cough.
                    if heldTurn != nil, let said = hearing?.endpointer.speechSeconds, said > Hearing.surelySpeech {
                        _ = await cancel()
                    }
                    guard let event else { continue }
                    for work in await react(to: event, id, silence) { group.addTask { await work() } }
                    guard hearing?.id == id else { return }
                }
                if let work = lookIfDue(id, probabilities) { group.addTask { await work() } }
                forgetSilence()
                if isFull, let work = await ended(after: .zero) { group.addTask { await work() } }
            }
        }
        if Task.isCancelled, hearing?.id == id { hearing = nil }
    }

    /// - Returns: none if the detector has no time; nil if it fails, and then nobody listens to this utterance.
    private func probabilities(_ samples: [Float], _ stream: any VoiceActivityStream) async -> [Float]? {
        do throws(EngineError) {
            return try await stream.process(samples)
        } catch {
            if error == .busy { return [] }
            if error != .cancelled { log.error("speech not found", ["reason": .text("\(error)")]) }
            return nil
        }
    }

    /// A session that takes turns by itself takes one before the utterance becomes too long.
    private var isFull: Bool {
        mode.takesTurns
            && buffer.count + Hearing.lead > runner.limits.utteranceSeconds * UtteranceBuffer.sampleRate
    }

    /// - Parameter silence: what ends the utterance at this pause.
    /// - Returns: what is to be done beside the listening.
    private func react(to event: Endpointer.Event, _ id: Int, _ silence: Duration) async -> [Work] {
        switch event {
        case .speechStarted:
            drop(&ahead)
            if mode.takesTurns { await emit(TurnEvent(turn: queue.upcoming, .speechStarted)) }
            if mode.bargesIn, let answer {
                heldTurn = answer
                await emit(TurnEvent(turn: answer, .held))
            }
            return []
        case .resumed:
            if let draft = ahead?.start.record.draft { hearing?.draft = draft }
            drop(&ahead)
            return []
        case .paused(let end): return begin(ahead: id) + judgePause(id, end)
        case .discarded:
            await resume()
            return []
        case .ended: return await ended(after: silence).map { [$0] } ?? []
        }
    }

    /// The session finds by itself that the utterance is over.
    private func ended(after silence: Duration) async -> Work? {
        guard mode.takesTurns else { return nil }
        // Somebody spoke over the answer, but said nothing.
        if heldTurn != nil {
            await resume()
            forgetSilence()
            return nil
        }
        await emit(TurnEvent(turn: queue.upcoming, .speechEnded))
        return await endOfSpeech(refusal: admission(), after: silence)
    }

    private func begin(ahead id: Int) -> [Work] {
        guard runner.limits.ahead != .nothing, ahead == nil, !isAnswering, heldTurn == nil, let hearing else {
            return []
        }
        let turn = runner.ahead(buffer.soFar, draft: hearing.draft, number: queue.upcoming) { transcript in
            await self.hint(id, TurnHint(text: transcript.text))
        }
        ahead = turn
        return [
            { [runner] in
                await self.cancellable(turn.cancelled) { await runner.run(turn.start, turn.number) }
                turn.over.set()
            }
        ]
    }

    // MARK: Looks

    private func lookIfDue(_ id: Int, _ probabilities: [Float]) -> Work? {
        // While an answer is made or a turn runs ahead, that has the recognizer's time; speech over an answer is looked at.
        guard ahead == nil, !isAnswering || heldTurn != nil else { return nil }
        let holdsSpeech =
            hearing?.endpointer.isInSpeech == true
            && probabilities.contains { $0 >= runner.limits.endpointer.threshold }
        guard hearing?.schedule.heard(holdsSpeech: holdsSpeech, at: .now) == true else { return nil }
        let samples = buffer.soFar
        // A model of many languages is not to guess.
        let options = RecognitionOptions(language: engines.language, draft: hearing?.draft, priority: .partial)
        return {
            let transcript = try? await self.engines.recognizer.transcribe(samples, options: options)
            await self.looked(id, transcript)
        }
    }

    private func looked(_ id: Int, _ transcript: Transcript?) async {
        guard hearing?.id == id else { return }
        hearing?.schedule.ended(transcript == nil ? .givenUp : .finished, at: .now)
        guard let transcript else { return }
        hearing?.draft = transcript.draft
        guard !transcript.text.isEmpty else { return }
        hint(id, TurnHint(text: transcript.text))
        if heldTurn != nil { _ = await cancel() }
        guard mode.wantsPartials, let partial = hearing?.stable.take(transcript.text) else { return }
        await emit(TurnEvent(turn: queue.upcoming, .partial(partial)))
    }

    /// How the voice sounded at a pause tells, too.
    /// - Parameter end: where the pause began; what is said of it is of no use in the next one.
    private func judgePause(_ id: Int, _ end: Int) -> [Work] {
        guard mode.takesTurns, let detector = engines.turnDetector else { return [] }
        let samples = buffer.soFar
        return [
            {
                // Without an answer the silence alone counts.
                guard let completeness = try? await detector.completeness(of: samples) else { return }
                await self.hint(id, end, TurnHint(voice: completeness))
            }
        ]
    }

    /// What was said, and how, tells whether more will come.
    private func hint(_ id: Int, _ hint: TurnHint) {
        if hearing?.id == id { hearing?.endpointer.hint(hint) }
    }

    private func hint(_ id: Int, _ end: Int, _ hint: TurnHint) {
        if hearing?.endpointer.pausedAt == end { self.hint(id, hint) }
    }

    // MARK: Speech over an answer

    /// It was no speech: the answer goes on.
    func resume() async {
        guard let held = heldTurn else { return }
        heldTurn = nil
        if held == answer { await emit(TurnEvent(turn: held, .resumed)) }
    }

    /// Before speech only a little is kept, where nobody says when it begins.
    private func forgetSilence() {
        guard mode.takesTurns, let hearing, !hearing.endpointer.isInSpeech else { return }
        // What came meanwhile was not listened to yet: it may hold speech.
        let unheard = max(0, buffer.count - hearing.heard)
        self.hearing?.heard -= buffer.keepLast(Hearing.lead + unheard)
    }
}
