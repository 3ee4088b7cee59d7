import VoicePipeline

/// The answer of `/transcribe`.
/// - Source: transcription back-end document, section 2.8, whose `TranscribeResponse` has all but the last two members.
struct TranscribeReply {
    var transcription: Transcription
    /// Seconds from when the recording had arrived until its text was there; of it, seconds that it waited for its turn.
    var total: Double
    var waited: Double
    /// Seconds since 1970.
    var timestamp: Double

    var json: String {
        let duration = transcription.duration
        let inference = transcription.inferenceSeconds
        var text = JSONText()
        text.add("text", transcription.text)
        text.add("language", transcription.language)
        text.add("duration", duration)
        text.add("inference_time", inference)
        text.add("total_time", total)
        text.add("rtf", duration > 0 ? inference / duration : 0)
        text.add("timestamp", timestamp)
        text.add("confidence", Double(transcription.confidence))
        text.add("preprocessing_time", max(0, total - waited - inference))
        return text.text
    }
}
