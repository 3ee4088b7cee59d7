/// A recording that is in memory as a whole.
public final class MemoryRecording: AudioSource {
    public let promisedDuration: Double?
    private let rest: Guarded<ArraySlice<Float>>
    private static let piece = 16_000

    /// - Parameter samples: mono, 16 kHz, -1…1, finite.
    public init(_ samples: [Float]) {
        promisedDuration = Double(samples.count) / 16_000
        rest = Guarded(samples[...])
    }

    public func read() -> [Float]? {
        rest.withLock { rest in
            defer { rest = rest.dropFirst(Self.piece) }
            return rest.isEmpty ? nil : Array(rest.prefix(Self.piece))
        }
    }
}

extension AudioSource {
    /// Reads a short recording as a whole.
    /// - Parameter seconds: how long it may be.
    /// - Returns: nil for a longer one, of which no more is read than that.
    /// - Throws: what `read` throws.
    public func readAll(upTo seconds: Double) async throws -> [Float]? {
        var samples: [Float] = []
        while let piece = try await read() {
            samples += piece
            guard Double(samples.count) <= seconds * 16_000 else { return nil }
        }
        return samples
    }
}
