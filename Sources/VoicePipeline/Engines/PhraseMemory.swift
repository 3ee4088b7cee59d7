/// Pieces of speech that were made, within a number of bytes; the least recently used leaves first.
package struct PhraseMemory: Sendable {
    /// What decides how a voice sounds.
    package struct Key: Hashable, Sendable {
        package var text: String
        package var wordsPerMinute: Int

        package init(text: String, wordsPerMinute: Int) {
            self.text = text
            self.wordsPerMinute = wordsPerMinute
        }
    }

    private struct Entry {
        var speech: SynthesizedSpeech
        var bytes: Int
        var used: Int
    }

    /// Bytes at most.
    package let capacity: Int
    /// Bytes of what is kept.
    package private(set) var bytes = 0
    private var entries: [Key: Entry] = [:]
    private var clock = 0

    /// - Parameter capacity: bytes; one piece may take an eighth of them.
    package init(capacity: Int) {
        self.capacity = max(0, capacity)
    }

    /// Pieces that are kept.
    package var count: Int { entries.count }

    /// The speech, if it is kept; it is then the last to leave.
    package mutating func take(_ key: Key) -> SynthesizedSpeech? {
        clock += 1
        entries[key]?.used = clock
        return entries[key]?.speech
    }

    /// Keeps a piece, if it is not too large for that.
    package mutating func keep(_ speech: SynthesizedSpeech, _ key: Key) {
        // What the dictionary and the arrays need beside the samples, about.
        let size = speech.samples.count * MemoryLayout<Float>.size + key.text.utf8.count * 2 + 256
        guard size <= capacity / 8 else { return }
        if let old = entries.removeValue(forKey: key) { bytes -= old.bytes }
        // Hundreds at most: looking for the oldest costs less than a list that is kept in order.
        while bytes + size > capacity, let oldest = entries.min(by: { $0.value.used < $1.value.used }) {
            entries[oldest.key] = nil
            bytes -= oldest.value.bytes
        }
        clock += 1
        entries[key] = Entry(speech: speech, bytes: size, used: clock)
        bytes += size
    }
}
