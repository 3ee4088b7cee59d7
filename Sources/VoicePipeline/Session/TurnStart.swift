/// One turn to be run: what it begins with, and where its events leave.
package struct TurnStart: Sendable {
    /// 16 kHz, mono, -1…1; or why there is nothing to recognise.
    var samples: Result<[Float], TurnFailure>
    /// What earlier looks at the utterance gave.
    var draft: RecognitionDraft?
    var commitment = Commitment.made
    var outbox: TurnOutbox
    var record = TurnRecord()
    /// Settled by the session when the turn is over.
    let receipt = AnswerReceipt()
    /// Told what was recognised, also when the turn is not committed yet.
    var onTranscript: (@Sendable (Transcript) async -> Void)?
    var log: Log

    package init(
        samples: Result<[Float], TurnFailure>, draft: RecognitionDraft? = nil, commitment: Commitment = .made,
        outbox: TurnOutbox, log: Log
    ) {
        self.samples = samples
        self.draft = draft
        self.commitment = commitment
        self.outbox = outbox
        self.log = log
    }

    /// Of the engine work that a user waits for most.
    package var priority: EnginePriority { commitment.isMade ? .turn : .ahead }
}

/// A turn that was begun at a pause, ahead of its user; dropped if speech goes on.
package final class AheadTurn: Sendable {
    package let start: TurnStart
    let number: Int
    let cancelled = Latch()
    /// Set when nothing of it runs any more.
    let over = Latch()

    package init(_ start: TurnStart, number: Int) {
        self.start = start
        self.number = number
    }

    /// Speech had ended indeed: the turn is meant.
    package func commit(endedAt ended: ContinuousClock.Instant) async {
        start.record.end(at: ended)
        start.commitment.make()
        await start.outbox.open(as: number)
    }
}

/// An utterance whose end came.
struct EndedUtterance: Sendable {
    var samples: Result<[Float], TurnFailure>
    var draft: RecognitionDraft?
    /// When its end was certain.
    var endpoint: ContinuousClock.Instant?
    /// Its turn, if that was begun ahead.
    var ahead: AheadTurn?
}
