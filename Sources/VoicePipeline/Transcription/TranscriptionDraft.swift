/// Puts the transcripts of a recording's windows together.
struct TranscriptionDraft: Sendable {
    private(set) var transcription = Transcription()
    /// What was asked for, or was found in the first window with words; nil before.
    private(set) var language: String?

    init(language: String?) {
        self.language = language
    }

    /// Adds what was heard in a window.
    /// - Returns: the segments that it gave, with times in the recording.
    mutating func add(_ transcript: Transcript, of window: RecordingWindow) -> [TranscriptSegment] {
        guard !transcript.text.isEmpty else { return [] }
        if language == nil { language = transcript.language }
        transcription.language = transcript.language
        var heard = transcript.segments.filter { !$0.text.isEmpty }
        let offset = Double(window.start) / 16_000
        if heard.isEmpty {
            heard = [
                TranscriptSegment(
                    start: Double(window.speech.lowerBound) / 16_000 - offset,
                    end: Double(window.speech.upperBound) / 16_000 - offset, text: transcript.text,
                    averageLogProbability: transcript.averageLogProbability,
                    noSpeechProbability: transcript.noSpeechProbability)
            ]
        }
        let limits = offset...Double(window.end) / 16_000
        let segments = heard.map { $0.moved(by: offset, within: limits) }
        transcription.segments += segments
        transcription.text += (transcription.text.isEmpty ? "" : " ") + segments.map(\.text).joined(separator: " ")
        return segments
    }

    /// The recording is read to this sample.
    mutating func end(at samples: Int, inferenceSeconds: Double) -> Transcription {
        transcription.duration = Double(samples) / 16_000
        transcription.inferenceSeconds = inferenceSeconds
        transcription.language = language ?? "en"
        return transcription
    }
}

extension TranscriptSegment {
    /// The same, so many seconds later.
    /// - Parameter limits: seconds that no time leaves, because a recognizer may place words in the zeros behind the audio.
    func moved(by offset: Double, within limits: ClosedRange<Double> = -.infinity ... .infinity) -> TranscriptSegment {
        let placed = { (time: Double) in
            let time = time.isFinite ? time + offset : offset
            return min(max(time, limits.lowerBound), limits.upperBound)
        }
        var segment = self
        segment.start = placed(start)
        segment.end = max(segment.start, placed(end))
        segment.words = words.map { word in
            var word = word
            word.start = placed(word.start)
            word.end = max(word.start, placed(word.end))
            return word
        }
        return segment
    }
}
