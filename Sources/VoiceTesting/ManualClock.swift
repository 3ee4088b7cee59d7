import VoicePipeline

/// A clock for measuring that moves only when the test says so; sleeps end when it has moved far enough.
public final class ManualClock: Clock, Sendable {
    public struct Instant: InstantProtocol {
        var offset: Duration
        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        public func duration(to other: Instant) -> Duration { other.offset - offset }
        public static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
    }

    private struct State {
        var now = Instant(offset: .zero)
        var next = 0
        var sleepers: [Int: (deadline: Instant, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var cancelled: Set<Int> = []
        var begun = 0
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }
    private let state = Guarded(State())

    public init() {}

    public var now: Instant { state.withLock { $0.now } }
    public var minimumResolution: Duration { .nanoseconds(1) }

    /// Moves on and ends the sleeps that are over.
    public func advance(by duration: Duration) {
        let ended = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let over = state.sleepers.filter { $0.value.deadline <= state.now }
            for id in over.keys { state.sleepers[id] = nil }
            return over.values.map(\.continuation)
        }
        for continuation in ended { continuation.resume() }
    }

    /// Time until the first sleep ends; nil while nothing sleeps.
    public var untilNext: Duration? {
        state.withLock { state in
            state.sleepers.values.map { state.now.duration(to: $0.deadline) }.min()
        }
    }

    /// Sleeps begun so far, ended ones included.
    public var sleepsBegun: Int { state.withLock { $0.begun } }

    /// Waits until so many sleeps have begun since the clock was made.
    public func sleepsBegun(atLeast count: Int) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isReached = state.withLock { state in
                if state.begun >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isReached { continuation.resume() }
        }
    }

    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        defer { state.withLock { _ = $0.cancelled.remove(id) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let (result, reached) = state.withLock {
                    state -> (Result<Void, any Error>?, [CheckedContinuation<Void, Never>]) in
                    state.begun += 1
                    let begun = state.begun
                    let reached = state.watchers.filter { $0.count <= begun }.map(\.continuation)
                    state.watchers.removeAll { $0.count <= begun }
                    if state.cancelled.contains(id) { return (.failure(CancellationError()), reached) }
                    if deadline <= state.now { return (.success(()), reached) }
                    state.sleepers[id] = (deadline, continuation)
                    return (nil, reached)
                }
                for watcher in reached { watcher.resume() }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.cancelled.insert(id)
                return state.sleepers.removeValue(forKey: id)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
