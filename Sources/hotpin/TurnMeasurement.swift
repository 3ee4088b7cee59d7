/// When a client saw each thing of one turn; milliseconds since it sent the end of speech. nil: it did not happen.
struct TurnMeasurement: Encodable, Sendable {
    var question: Double
    var transcript: String?
    var response: String?
    var error: String?
    var heard: Double?
    var answered: Double?
    var firstAudio: Double?
    var lastAudio: Double?
    var complete: Double?

    private enum CodingKeys: String, CodingKey {
        case question = "question_s"
        case transcript, response, error
        case heard = "transcript_ms"
        case answered = "response_ms"
        case firstAudio = "first_audio_ms"
        case lastAudio = "last_audio_ms"
        case complete = "complete_ms"
    }
}
