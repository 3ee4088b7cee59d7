/// When to look again at an utterance that goes on.
///
///     rest ──heard speech, time──► looking ──ended──► rest
///
/// One look at a time, each at the newest audio, at most every 300 ms, and none without new speech. A look is as stale as
/// it took; one that took longer than 150 ms, or was given up because the machine had better to do, doubles the wait
/// before the next (up to 2.4 s), and a quick one halves it again. A slow look is also followed by a wait of three times
/// as long as it took, so that one session's looks never take more than a quarter of a thread.
public struct PartialSchedule: Equatable, Sendable {
    /// From the beginning of one look to the next at least; and from the beginning of speech to the first.
    public static let interval: Duration = .milliseconds(300)
    /// A look that took longer than this was late.
    public static let staleness: Duration = .milliseconds(150)
    /// The wait never grows beyond this.
    public static let longestInterval: Duration = .milliseconds(2400)

    /// How a look ended.
    public enum Outcome: Equatable, Sendable {
        case finished
        /// The recognizer was busy, or failed.
        case givenUp
    }

    /// Time from the beginning of a look to the next.
    public private(set) var wait = Self.interval
    /// Whether a look runs.
    public private(set) var isLooking = false
    private var hasNewSpeech = false
    /// No look begins before it; nil until speech is heard.
    private var earliest: ContinuousClock.Instant?
    private var began: ContinuousClock.Instant?

    public init() {}

    /// More of the utterance has been heard.
    /// - Parameters:
    ///   - holdsSpeech: whether there is speech in what is new.
    ///   - now: the time.
    /// - Returns: whether to look now, at all that was heard so far; the look counts as begun.
    public mutating func heard(holdsSpeech: Bool, at now: ContinuousClock.Instant) -> Bool {
        if holdsSpeech {
            hasNewSpeech = true
            if earliest == nil { earliest = now + Self.interval }
        }
        guard hasNewSpeech, !isLooking, let earliest, now >= earliest else { return false }
        hasNewSpeech = false
        isLooking = true
        began = now
        return true
    }

    /// The look has ended.
    public mutating func ended(_ outcome: Outcome, at now: ContinuousClock.Instant) {
        guard isLooking, let began else { return }
        isLooking = false
        let took = max(began.duration(to: now), .zero)
        if outcome == .givenUp || took > Self.staleness {
            wait = min(wait * 2, Self.longestInterval)
        } else {
            wait = max(wait / 2, Self.interval)
        }
        // What was not seen is still new.
        if outcome == .givenUp { hasNewSpeech = true }
        earliest = max(began + wait, outcome == .finished && took > Self.staleness ? now + took * 3 : now)
    }
}
