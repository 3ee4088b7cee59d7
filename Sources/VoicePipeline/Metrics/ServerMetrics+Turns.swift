extension ServerMetrics {
    /// Counts a turn that was answered, and times its stages. What was not reached is left out.
    public func turnEnded(_ timeline: TurnTimeline, source: BrainReply.Source) {
        switch source {
        case .skill: turns.count("skill")
        case .model: turns.count("model")
        case .apology:
            turns.count("apology")
            error(.chat)
        }
        speech.add(timeline.utteranceSeconds, ["heard"])
        speech.add(timeline.answerSeconds, ["made"])
        stage("queue", timeline, from: .speechEnd, to: .recognitionStart)
        stage("recognition", timeline, from: .recognitionStart, to: .transcript)
        stage("reply", timeline, from: .transcript, to: .reply)
        stage("first_audio", timeline, from: .reply, to: .firstAudio)
        stage("last_audio", timeline, from: .firstAudio, to: .lastAudio)
        for mark in [TurnTimeline.Mark.transcript, .reply, .firstAudio, .lastAudio] {
            if let time = timeline.milliseconds(to: mark) { latency.observe(time / 1000, mark.rawValue) }
        }
        if let time = timeline.milliseconds(to: .lastAudio) { recent.add(time) }
    }

    /// Times the writing of an answer: call it once `sent` is marked.
    public func turnSent(_ timeline: TurnTimeline) {
        stage("sent", timeline, from: .lastAudio, to: .sent)
        if let time = timeline.milliseconds(to: .sent) { latency.observe(time / 1000, "sent") }
    }

    /// Counts a turn without an answer.
    public func turnFailed(_ failure: TurnFailure) {
        turns.count("failed")
        turnFailures.count(failure.metricName)
        if case .recognition = failure { error(.recognition) }
    }

    /// Counts something that went wrong.
    public func error(_ part: Part) { errors.count(part.rawValue) }

    /// Times what the storage does, also when it fails.
    /// - Parameter kind: `read` or `write`.
    public func timeStorage<Value: Sendable>(
        _ kind: String, _ body: @Sendable () async throws -> Value
    ) async rethrows -> Value {
        let began = ContinuousClock.now
        defer { storage.observe(began.duration(to: .now).seconds, kind) }
        return try await body()
    }

    private func stage(
        _ name: String, _ timeline: TurnTimeline, from start: TurnTimeline.Mark, to end: TurnTimeline.Mark
    ) {
        guard let before = timeline.milliseconds(to: start), let after = timeline.milliseconds(to: end) else { return }
        stages.observe((after - before) / 1000, name)
    }
}

extension TurnFailure {
    /// Every name that `metricName` gives.
    static let metricNames = [
        "empty_audio", "odd_byte_count", "too_long", "not_understood", "busy", "recognition", "brain",
        "too_many", "stopping",
    ]

    /// The failure's kind, as a label.
    package var metricName: String {
        switch self {
        case .emptyAudio: "empty_audio"
        case .oddByteCount: "odd_byte_count"
        case .tooLong: "too_long"
        case .notUnderstood: "not_understood"
        case .busy: "busy"
        case .recognition: "recognition"
        case .brain: "brain"
        case .tooMany: "too_many"
        case .stopping: "stopping"
        }
    }
}
