/// What ends an utterance, a turn or the session.
extension Conversation {
    /// Ends the utterance. Its turn begins now, or after the turns that already wait.
    /// - Parameter refusal: why this turn gets no answer, if it gets none: it fails so when its time has come.
    public func endOfSpeech(refusal: TurnFailure? = nil) async -> Work? {
        await endOfSpeech(refusal: refusal, after: .zero)
    }

    /// - Parameter silence: how long ago the last speech was, where that is known: the turn's time counts from there.
    func endOfSpeech(refusal: TurnFailure?, after silence: Duration) async -> Work? {
        let ended = takeUtterance(refusal)
        // Whoever ends an utterance that was spoken over an answer has said something.
        if heldTurn != nil { _ = await cancel() }
        let (work, refused) = takeTurn(ended, after: silence)
        if let refused { await emit(TurnEvent(turn: refused, .failed(.busy))) }
        return work
    }

    /// Cuts the utterance off, and with it the turn that was begun at its last pause.
    @inline(never)
    private func takeUtterance(_ refusal: TurnFailure?) -> EndedUtterance {
        var ended = EndedUtterance(
            samples: .failure(.emptyAudio), draft: hearing?.draft, endpoint: .now, ahead: takeAhead())
        let outcome = buffer.finish()
        ended.samples =
            if let refusal { .failure(refusal) } else { outcome.samples(limit: runner.limits.utteranceSeconds) }
        if case .failure = ended.samples { drop(&ended.ahead) }
        stopHearing()
        return ended
    }

    /// - Returns: what is to be done now, or the number of the turn that fails because too many wait.
    // Not inlined, as the function above: what waits keeps room for all that it holds, and so does a reader's task.
    @inline(never)
    private func takeTurn(_ utterance: EndedUtterance, after silence: Duration) -> (work: Work?, refused: Int?) {
        var ended = utterance
        guard !isEnded else {
            drop(&ended.ahead)
            return (nil, nil)
        }
        // Something else may have taken its place meanwhile.
        if queue.current != nil || ended.ahead?.number != queue.upcoming { drop(&ended.ahead) }
        switch queue.end(ended, at: (ended.endpoint ?? .now) - silence) {
        case .start(let turn): return (start(.turn(turn)), nil)
        case .waits:
            engines.metrics.waitingTurns.add(1)
            return (nil, nil)
        case .refused(let number):
            engines.metrics.refused.count("busy")
            log.warning("turn refused: too many wait", ["turn": .int(number)])
            // One refusal waits to be spoken; a flood of them gets the plain failure.
            if runner.recovery != nil, !commands.contains(where: \.isRefusal) {
                let refused = EndedUtterance(samples: .failure(.busy))
                return (start(.refusal(TurnRunner.Turn(number: number, input: refused, ended: .now))), nil)
            }
            engines.metrics.turnFailed(.busy)
            return (nil, number)
        }
    }

    /// Forgets the conversation: the running turn is cancelled, waiting turns and the utterance are dropped.
    public func reset() -> Work? {
        buffer.clear()
        stopHearing()
        drop()
        runner.recovery?.reset()
        if commands.contains(where: \.isForgetting) { return nil }
        return start(.forget)
    }

    /// Stops the running answer and drops the turns that wait. The conversation keeps of the answer what was heard.
    /// - Parameter played: how much of the answer's audio the client has played, if it says so.
    /// - Returns: whether there was anything to stop; then `.interrupted` was emitted.
    public func cancel(played: Duration? = nil) async -> Bool {
        heldTurn = nil
        guard !isEnded, let answer = self.answer else { return false }
        let words = await playback?.heard(played: played) ?? ""
        // Meanwhile it may have ended, or been cancelled by another.
        guard self.answer == answer else { return false }
        // Whoever silences an announcement has heard enough of it.
        if let announcing { announcing.delivery.settle(turn: announcing.turn) } else { interruption = words }
        drop()
        await emit(TurnEvent(turn: floor.first, .interrupted(heard: words)))
        return true
    }

    /// Says something unasked after what runs and waits now.
    /// - Parameter delivery: told what became of it, if it was taken.
    /// - Returns: whether it is taken; no if the session is over or too much waits to be announced.
    public func announce(_ text: String, _ delivery: Delivery = Delivery()) -> (isTaken: Bool, work: Work?) {
        guard !isEnded, announcements < Self.waitingAnnouncements else { return (false, nil) }
        announcements += 1
        return (true, start(.announce(text, delivery)))
    }

    /// Cancels what runs, drops what waits, and takes nothing more. What is to be forgotten will be.
    /// - Parameter failure: what a running turn fails with; nil ends it without a word.
    public func end(with failure: TurnFailure? = nil) async {
        guard !isEnded else { return }
        isEnded = true
        let running = queue.current
        buffer.clear()
        stopHearing()
        drop()
        for command in commands { command.delivery?.settle(turn: nil) }
        commands.removeAll(where: \.isAnnouncing)
        if let running, let failure { await emit(TurnEvent(turn: max(running, floor.first), .failed(failure))) }
    }

    /// Cancels the running turn and drops the waiting ones; their events are not to be sent any more.
    private func drop() {
        floor.raise(to: queue.skip() + 1)
        let dropped = queue.reset()
        if dropped.running != nil { engines.metrics.droppedUtterances.count("reset") }
        for _ in 0..<dropped.waiting { engines.metrics.droppedUtterances.count("reset") }
        engines.metrics.waitingTurns.add(-Double(dropped.waiting))
        commands.removeAll { !$0.isForgetting && !$0.isAnnouncing }
        cancelRunning?.set()
    }
}

extension UtteranceBuffer.Outcome {
    /// - Parameter limit: the longest utterance, seconds.
    fileprivate func samples(limit: Int) -> Result<[Float], TurnFailure> {
        switch self {
        case .utterance(let samples): .success(samples)
        case .empty: .failure(.emptyAudio)
        case .oddByteCount: .failure(.oddByteCount)
        case .discarded: .failure(.tooLong(limit: limit))
        }
    }
}
