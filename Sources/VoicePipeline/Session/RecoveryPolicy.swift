/// Decides what a session without a screen hears when something did not work: there, an error frame is silence.
///
/// A value without a clock. `heard` for every transcript, `phrase` for every failure.
///
/// ```
///  empty, empty           "I didn't catch that."  (twice)
///  empty, the third time  "I'm having trouble hearing you."  and the count starts anew
///  unsure                 "Did you say 'X'?"   yes: X is answered   no: "Please say it again."   else: a new question
/// ```
/// - Source: voice pipeline document, "Error Recovery".
public struct RecoveryPolicy: Sendable {
    public enum Decision: Equatable, Sendable {
        /// This was asked; answer it.
        case answer(String)
        /// Say this, and wait for the next utterance.
        case say(String)
    }

    /// Times in a row that a user is asked to say it again before they are given advice.
    public static let retries = 2
    /// Below this confidence a transcript is asked about.
    public static let leastConfidence: Float = 0.5
    /// Words of a transcript that are read back at most.
    static let wordsReadBack = 25

    private var misses = 0
    /// What the user was asked about and has not confirmed yet.
    private var unconfirmed: String?

    public init() {}

    /// Takes what was recognised; the text is not empty.
    public mutating func heard(_ transcript: Transcript) -> Decision {
        misses = 0
        let asked = unconfirmed
        unconfirmed = nil
        if let asked {
            switch Confirmation(transcript.text) {
            case .yes: return .answer(asked)
            case .no: return .say(Self.sayItAgain)
            case nil: break
            }
        }
        if transcript.confidence < Self.leastConfidence {
            unconfirmed = transcript.text
            return .say(Self.didYouSay(transcript.text))
        }
        return .answer(transcript.text)
    }

    /// What to say instead of a failure, one or two short sentences.
    public mutating func phrase(for failure: TurnFailure) -> String {
        switch failure {
        case .emptyAudio, .notUnderstood:
            misses += 1
            guard misses > Self.retries else { return Self.notCaught }
            misses = 0
            return Self.closer
        case .oddByteCount: return "The sound did not arrive in one piece. Please say it again."
        case .tooLong: return "That was too long for me. Please ask something shorter."
        case .busy: return "I'm too busy right now. Please try again in a moment."
        case .tooMany(let seconds):
            return "That's a lot of questions. Please try again in \(seconds == 1 ? "a second" : "\(seconds) seconds")."
        case .stopping: return "I'm about to stop. Please try again in a moment."
        case .recognition: return "Something went wrong while I listened. Please say it again."
        case .brain: return "Something went wrong while I thought about it. Please try again."
        }
    }

    /// Forgets what was asked and counted.
    public mutating func reset() { self = RecoveryPolicy() }

    /// Said after a silence that follows an answer.
    public static let stillThere = "Are you still there? Say something if you need help."
    static let notCaught = "I didn't catch that. Could you say it again?"
    static let closer = "I'm having trouble hearing you. Try moving closer to the microphone."
    static let sayItAgain = "Okay. Please say it again."

    private static func didYouSay(_ text: String) -> String {
        let words = text.split(whereSeparator: \.isWhitespace)
        var read = words.prefix(wordsReadBack).joined(separator: " ")
        while let last = read.last, ".,;:!?…".contains(last) { read.removeLast() }
        if words.count > wordsReadBack { read += "…" }
        return "Did you say '\(read)'?"
    }
}

/// The policy of one session, shared by its turns, which run one at a time.
final class RecoveryState: Sendable {
    private let policy: Guarded<RecoveryPolicy>

    init(_ policy: RecoveryPolicy) { self.policy = Guarded(policy) }

    func heard(_ transcript: Transcript) -> RecoveryPolicy.Decision { policy.withLock { $0.heard(transcript) } }
    /// What `heard` would say.
    func preview(_ transcript: Transcript) -> RecoveryPolicy.Decision {
        policy.withLock { policy in
            var copy = policy
            return copy.heard(transcript)
        }
    }
    func phrase(for failure: TurnFailure) -> String { policy.withLock { $0.phrase(for: failure) } }
    func reset() { policy.withLock { $0.reset() } }
}
