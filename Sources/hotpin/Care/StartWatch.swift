import Dispatch
import VoicePipeline

/// Ends a start that takes too long, or that is to be ended before it is over.
///
/// It stands on Dispatch's threads: what loads may hold every thread of Swift's pool, and a library that loads hears no
/// cancellation.
final class StartWatch: @unchecked Sendable {
    enum Verdict: Sendable {
        case tooLong, terminated
    }

    /// Set up once; Dispatch's sources are safe on any thread.
    private let clock: any DispatchSourceTimer
    private let isOver = Guarded(false)

    /// Begins.
    /// - Parameters:
    ///   - seconds: the time that there is.
    ///   - termination: set when the process is to end.
    ///   - giveUp: ends the process; called once at most.
    init(seconds: Int, until termination: Latch, giveUp: @escaping @Sendable (Verdict) -> Void) {
        let deadline = ContinuousClock.now + .seconds(seconds)
        let isOver = isOver
        clock = DispatchSource.makeTimerSource(queue: .global())
        clock.setEventHandler {
            guard let verdict = Self.verdict(termination, deadline) else { return }
            // What has started meanwhile ends in its own way.
            let isFirst = isOver.withLock { isOver in
                defer { isOver = true }
                return !isOver
            }
            if isFirst { giveUp(verdict) }
        }
        clock.schedule(deadline: .now(), repeating: .milliseconds(100), leeway: .milliseconds(50))
        clock.resume()
    }

    /// The start is over.
    func end() {
        isOver.withLock { $0 = true }
        clock.cancel()
    }

    private static func verdict(_ termination: Latch, _ deadline: ContinuousClock.Instant) -> Verdict? {
        if termination.isSet { return .terminated }
        return ContinuousClock.now >= deadline ? .tooLong : nil
    }
}
