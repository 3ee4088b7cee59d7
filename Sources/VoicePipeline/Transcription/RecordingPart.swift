/// What a recording is cut into.
package enum RecordingPart: Equatable, Sendable {
    /// Audio for one pass of a recognizer.
    case window(RecordingWindow)
    /// Up to this sample, from the recording's beginning, there is nothing further to recognise.
    case silence(until: Int)
}

/// A stretch of a recording that holds speech and begins and ends in silence, where the speaker left any.
package struct RecordingWindow: Equatable, Sendable {
    /// Place of the first sample in the recording.
    package var start: Int
    /// 16 kHz, mono.
    package var samples: [Float]
    /// From the first to the last frame with speech: places in the recording.
    package var speech: Range<Int>

    package var end: Int { start + samples.count }
}
