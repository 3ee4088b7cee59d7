import VoiceProtocol

/// Collects one utterance from PCM chunks of any size; bounded.
public struct UtteranceBuffer: Sendable {
    /// Samples a second of the input.
    public static let sampleRate = 16_000

    private let limit: Int
    private var samples: [Float] = []
    /// The first half of a sample whose second half is in the next chunk.
    private var carried: UInt8?
    private var overflowed = false

    /// - Parameter seconds: the longest utterance.
    public init(seconds: Int) {
        limit = max(1, seconds) * Self.sampleRate
    }

    /// Adds a chunk.
    /// - Returns: false the first time the utterance grows past its limit: all of it is dropped, and what follows
    ///   until `finish()` is ignored.
    public mutating func append(_ chunk: [UInt8]) -> Bool {
        if overflowed { return true }
        var rest = chunk[...]
        if let low = carried, let high = rest.popFirst() {
            carried = nil
            PCM16.append([low, high], to: &samples)
        }
        if rest.count % 2 == 1 { carried = rest.popLast() }
        guard samples.count + rest.count / 2 <= limit else {
            overflowed = true
            samples = []
            carried = nil
            return false
        }
        PCM16.append(rest, to: &samples)
        return true
    }

    /// Samples that are there.
    public var count: Int { samples.count }

    /// What was said so far.
    public var soFar: [Float] { samples }

    /// What came behind the first `count` samples.
    public func samples(from count: Int) -> [Float] { Array(samples.dropFirst(max(0, count))) }

    /// Forgets all but the last samples.
    /// - Returns: how many were forgotten.
    public mutating func keepLast(_ count: Int) -> Int {
        let surplus = min(samples.count, max(0, samples.count - count))
        samples.removeFirst(surplus)
        return surplus
    }

    /// Adds samples, -1…1.
    /// - Returns: as for bytes.
    public mutating func append(samples chunk: [Float]) -> Bool {
        if overflowed { return true }
        guard samples.count + chunk.count <= limit else {
            overflowed = true
            samples = []
            carried = nil
            return false
        }
        samples += chunk
        return true
    }

    /// How an utterance ended.
    public enum Outcome: Equatable, Sendable {
        case utterance([Float])
        case empty
        case oddByteCount
        /// It was too long, and that was already said.
        case discarded
    }

    /// Ends the utterance and begins the next.
    public mutating func finish() -> Outcome {
        defer { clear() }
        if overflowed { return .discarded }
        if carried != nil { return .oddByteCount }
        return samples.isEmpty ? .empty : .utterance(samples)
    }

    /// Forgets what was collected.
    public mutating func clear() {
        samples = []
        carried = nil
        overflowed = false
    }
}
