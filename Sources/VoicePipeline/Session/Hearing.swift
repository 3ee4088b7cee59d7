/// How far an utterance that goes on was listened to. Belongs to its session, which has one only while somebody speaks.
final class Hearing {
    /// Tells this utterance's work from that of others.
    let id: Int
    let stream: any VoiceActivityStream
    let arrived = WakeSignal()
    var endpointer: Endpointer
    var schedule = PartialSchedule()
    var stable = StablePrefix()
    /// What the last look gave.
    var draft: RecognitionDraft?
    /// Samples of the buffer that the detector was given.
    var heard = 0

    init(id: Int, stream: any VoiceActivityStream, settings: EndpointerSettings) {
        self.id = id
        self.stream = stream
        endpointer = Endpointer(settings)
    }

    /// Samples that may not be listened to yet when a turn that was begun ahead is taken up: two frames.
    static let slack = 1024
    /// Speech over an answer that is longer, seconds, stops it whatever was said.
    static let surelySpeech = 1.2
    /// What is kept of the sound before speech, samples: half a second.
    static let lead = 8000
}
