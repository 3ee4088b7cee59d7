import VoicePipeline

/// Collects what is emitted.
final class Pieces: Sendable {
    private let pieces = Guarded<[String]>([])

    @Sendable func add(_ piece: String) {
        pieces.withLock { $0.append(piece) }
    }

    var all: [String] { pieces.withLock { $0 } }
    var joined: String { all.joined() }
}
