import VoicePipeline

/// A recording that may not be longer than some limit, whatever its head says.
final class LimitedRecording: AudioSource {
    private let source: any AudioSource
    private let seconds: Double
    /// Makes the error; gets the length as far as it is known.
    private let refusal: @Sendable (_ seconds: Double) -> ServiceFailure
    private let read = Guarded(0)

    init(
        _ source: any AudioSource, seconds: Double, refusal: @escaping @Sendable (_ seconds: Double) -> ServiceFailure
    ) {
        self.source = source
        self.seconds = seconds
        self.refusal = refusal
    }

    var promisedDuration: Double? { source.promisedDuration }

    /// - Throws: as the recording does; the refusal as soon as more was read than may be.
    func read() async throws -> [Float]? {
        guard let piece = try await source.read() else { return nil }
        let total = read.withLock { total in
            total += piece.count
            return total
        }
        let length = Double(total) / 16_000
        // A resampled recording may be a few samples longer than it was.
        guard length <= seconds + 0.01 else { throw refusal(max(length, min(promisedDuration ?? 0, 1e6))) }
        return piece
    }
}

/// Samples that are there already, and then the rest of a recording.
final class BegunRecording: AudioSource {
    private let rest: (any AudioSource)?
    private let samples: Guarded<[Float]>

    /// - Parameter rest: nil where there is no more.
    init(_ samples: [Float], rest: (any AudioSource)? = nil) {
        self.samples = Guarded(samples)
        self.rest = rest
    }

    var promisedDuration: Double? { rest?.promisedDuration ?? Double(samples.withLock { $0.count }) / 16_000 }

    func read() async throws -> [Float]? {
        let piece = samples.withLock { samples in
            // A second at a time, as recordings from the disk come.
            let piece = Array(samples.prefix(16_000))
            samples.removeFirst(piece.count)
            return piece
        }
        return piece.isEmpty ? try await rest?.read() : piece
    }
}
