/// What an engine's worker does now and has done.
public struct EngineStatistics: Equatable, Sendable {
    /// As the worker was named.
    public var name: String
    public var threads: Int
    /// Pieces of work that are computed now.
    public var running: Int
    /// Pieces of work that wait; a priority without any may be missing.
    public var waiting: [EnginePriority: Int]
    /// Time that the threads computed, what runs now included.
    public var busySeconds: Double
    /// For how long the oldest piece of work has been computed; 0 when nothing runs.
    public var longestRunningSeconds: Double
    /// Pieces of work that were computed.
    public var finished: Int
    /// Pieces of work that found the queue full.
    public var refused: Int
    /// Looks and speculation that were given up, or not begun, for other work.
    public var shed: Int

    package init(
        name: String, threads: Int, running: Int, waiting: [EnginePriority: Int], busySeconds: Double,
        longestRunningSeconds: Double, finished: Int, refused: Int, shed: Int = 0
    ) {
        self.name = name
        self.threads = threads
        self.running = running
        self.waiting = waiting
        self.busySeconds = busySeconds
        self.longestRunningSeconds = longestRunningSeconds
        self.finished = finished
        self.refused = refused
        self.shed = shed
    }

    /// The two as if they were one worker.
    mutating func add(_ other: EngineStatistics) {
        threads += other.threads
        running += other.running
        waiting.merge(other.waiting, uniquingKeysWith: +)
        busySeconds += other.busySeconds
        longestRunningSeconds = max(longestRunningSeconds, other.longestRunningSeconds)
        finished += other.finished
        refused += other.refused
        shed += other.shed
    }
}

/// The workers that live. Threads are the process's own, so one list of them is too: adapters need not hand it around.
enum EngineRoster {
    private struct Entry {
        weak var state: EngineWorkerState?
    }

    private static let entries = Guarded<[Entry]>([])

    static func add(_ state: EngineWorkerState) {
        entries.withLock { entries in
            entries.removeAll { $0.state == nil }
            entries.append(Entry(state: state))
        }
    }

    static func statistics() -> [EngineStatistics] {
        let states = entries.withLock { $0.compactMap(\.state) }
        var all: [EngineStatistics] = []
        for statistics in states.map(\.statistics) {
            if let place = all.firstIndex(where: { $0.name == statistics.name }) {
                all[place].add(statistics)
            } else {
                all.append(statistics)
            }
        }
        return all
    }
}
