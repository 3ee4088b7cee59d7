import VoicePipeline

/// Makes a transcript of what a decoding gave.
struct WhisperTranscript {
    var pass: WhisperPass
    /// Code of what was spoken.
    var language: String
    /// Code of what was written down.
    var writtenLanguage: String
    var timing: RecognitionOptions.Timing

    /// - Parameter samples: that were decoded.
    func make(_ table: WhisperTokens, _ samples: [Float]) -> Transcript {
        Transcript(
            text: pass.text, language: language, averageLogProbability: pass.averageLogProbability,
            noSpeechProbability: pass.noSpeechProbability, tokenCount: pass.tokens.count,
            draft: pass.tokens.isEmpty ? nil : RecognitionDraft(tokens: pass.tokens),
            segments: pass.starts.isEmpty ? [] : segments(table, samples))
    }

    private func segments(_ table: WhisperTokens, _ samples: [Float]) -> [TranscriptSegment] {
        let words = WhisperWord.words(pass.tokens, table, language: writtenLanguage)
        let times = WordTimes.times(
            words, starts: pass.starts, logProbabilities: pass.logProbabilities, energy: SpeechEnergy(samples),
            duration: Double(samples.count) / Double(WhisperLimits.sampleRate))
        return SegmentCutter.cut(words, times).compactMap { segment(words[$0], times[$0]) }
    }

    private func segment(_ words: ArraySlice<WhisperWord>, _ times: ArraySlice<TimedWord>) -> TranscriptSegment? {
        guard let first = words.first, let last = words.last, let start = times.first?.start, let end = times.last?.end
        else { return nil }
        let text = words.map(\.text).joined().trimmingWhitespace
        guard !text.isEmpty else { return nil }
        let tokens = first.tokens.lowerBound..<last.tokens.upperBound
        let scores = pass.logProbabilities[tokens]
        return TranscriptSegment(
            start: start, end: end, text: text, tokens: Array(pass.tokens[tokens]), temperature: pass.temperature,
            averageLogProbability: scores.isEmpty ? 0 : scores.reduce(0, +) / Float(scores.count),
            compressionRatio: CompressionRatio.of(text), noSpeechProbability: pass.noSpeechProbability,
            words: timing == .words ? Array(times) : [])
    }
}
