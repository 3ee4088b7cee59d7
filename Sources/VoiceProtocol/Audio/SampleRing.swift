/// A ring of 16-bit samples between a producer that cannot wait (a capture interrupt) and a consumer.
///
/// When it is full the oldest samples are overwritten and counted: fresh sound is worth more than stale sound.
public struct SampleRing: Sendable {
    private var storage: [Int16]
    private var head = 0
    /// Samples that can be read.
    public private(set) var count = 0
    /// Samples overwritten before they were read.
    public private(set) var dropped = 0

    /// - Parameter capacity: samples, at least 1.
    public init(capacity: Int) {
        storage = [Int16](repeating: 0, count: max(1, capacity))
    }

    /// Samples it holds at most.
    public var capacity: Int { storage.count }

    /// Adds one sample.
    public mutating func write(_ sample: Int16) {
        storage[(head + count) % storage.count] = sample
        if count < storage.count {
            count += 1
        } else {
            head = (head + 1) % storage.count
            dropped += 1
        }
    }

    /// Takes the oldest sample.
    public mutating func read() -> Int16? {
        guard count > 0 else { return nil }
        let sample = storage[head]
        head = (head + 1) % storage.count
        count -= 1
        return sample
    }

    /// Takes up to `limit` samples, oldest first.
    public mutating func read(upTo limit: Int) -> [Int16] {
        var samples: [Int16] = []
        while samples.count < limit, let sample = read() { samples.append(sample) }
        return samples
    }
}
