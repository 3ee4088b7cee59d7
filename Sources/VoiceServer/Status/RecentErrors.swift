import VoicePipeline

/// Which warnings and errors there were lately, by message; for `/status`. Messages are the program's own sentences.
public final class RecentErrors: Sendable {
    /// One kind.
    public struct Kind: Equatable, Encodable, Sendable {
        public var level: String
        public var message: String
        public var count: Int
        /// Seconds since 1970 of the last one.
        public var last: Double
    }

    /// Kinds that are kept; the one that is longest past gives way.
    package static let limit = 16

    private let clock: any WallClock
    private let kinds = Guarded<[Kind]>([])

    public init(clock: any WallClock) {
        self.clock = clock
    }

    /// Takes a record up if something is wrong.
    public func add(_ record: Log.Record) {
        guard record.level >= .warning else { return }
        let now = clock.now()
        kinds.withLock { kinds in
            let place = kinds.firstIndex { $0.message == record.message }
            var kind =
                place.map { kinds.remove(at: $0) }
                ?? Kind(level: record.level.name, message: record.message, count: 0, last: now)
            kind.count += 1
            kind.last = now
            kinds.append(kind)
            if kinds.count > Self.limit { kinds.removeFirst() }
        }
    }

    /// The last first.
    public var all: [Kind] { kinds.withLock { $0.reversed() } }
}
