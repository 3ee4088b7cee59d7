/// Which turn of a session runs, and which wait: one at a time, in order, bounded.
///
/// ```
///            end(input)                    finished
///   idle ───────────────► running(n) ───────────────► running(n+1) if one waits, else idle
///    ▲                        │ end(input): waits, or is refused when `capacity` wait
///    └──────── reset ─────────┘ (running and waiting turns are dropped)
/// ```
/// Invariant: nothing waits while nothing runs.
public struct TurnQueue<Input: Sendable>: Sendable {
    public struct Turn: Sendable {
        public var number: Int
        public var input: Input
        /// When the end of speech came.
        public var ended: ContinuousClock.Instant
    }

    public enum Admission: Sendable {
        /// Begin this turn.
        case start(Turn)
        /// It will be begun by `finished`.
        case waits
        /// Too many wait; this turn number gets an error.
        case refused(turn: Int)
    }

    private let capacity: Int
    private var waiting: [Turn] = []
    private var running: Int?
    private var last = 0

    /// - Parameter capacity: turns that may wait behind the running one.
    public init(capacity: Int) { self.capacity = max(0, capacity) }

    /// The number of the turn that runs.
    public var current: Int? { running }

    /// The number that the next turn gets.
    public var upcoming: Int { last + 1 }

    /// A number for a turn that ends before it begins, such as one without audio.
    public mutating func skip() -> Int {
        last += 1
        return last
    }

    /// Takes an utterance whose end was signalled.
    public mutating func end(_ input: Input, at ended: ContinuousClock.Instant) -> Admission {
        last += 1
        let turn = Turn(number: last, input: input, ended: ended)
        if running == nil {
            running = turn.number
            return .start(turn)
        }
        guard waiting.count < capacity else { return .refused(turn: last) }
        waiting.append(turn)
        return .waits
    }

    /// Notes the end of a turn.
    /// - Returns: the turn to begin now. A turn that was dropped by `reset` has no effect here.
    public mutating func finished(_ number: Int) -> Turn? {
        guard running == number else { return nil }
        guard !waiting.isEmpty else {
            running = nil
            return nil
        }
        let next = waiting.removeFirst()
        running = next.number
        return next
    }

    /// Drops the running and the waiting turns.
    /// - Returns: the number of the turn whose work must be cancelled, and how many waited.
    @discardableResult
    public mutating func reset() -> (running: Int?, waiting: Int) {
        defer {
            waiting = []
            running = nil
        }
        return (running, waiting.count)
    }
}
