/// Speech that is worked out, but not yet sound: a vector for each frame. 66 kB a second of speech, with 192 channels.
package struct PiperLatents: Equatable, Sendable {
    /// Number of frames; each becomes as many samples.
    package let frames: Int
    /// Length of a frame's vector.
    package let channels: Int
    /// A row of `frames` values for each channel.
    private let rows: [Float]

    /// - Returns: nil unless there are `channels` rows of one length, and at least one frame.
    package init?(rows: [Float], channels: Int) {
        guard channels > 0, !rows.isEmpty, rows.count.isMultiple(of: channels) else { return nil }
        self.rows = rows
        self.channels = channels
        frames = rows.count / channels
    }

    /// The rows of some frames.
    /// - Parameter range: within 0..<frames; what is beyond is left out.
    package func rows(of range: Range<Int>) -> [Float] {
        let range = range.clamped(to: 0..<frames)
        var result: [Float] = []
        result.reserveCapacity(range.count * channels)
        for channel in 0..<channels {
            let start = channel * frames
            result += rows[start + range.lowerBound..<start + range.upperBound]
        }
        return result
    }
}
