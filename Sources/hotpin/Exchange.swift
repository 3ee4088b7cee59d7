import Transport
import VoicePipeline
import VoiceProtocol
import VoiceServer

/// A question and its answer, gathered from a session's events or from a server's frames.
struct Exchange: Encodable, Sendable {
    var transcript: String?
    var response: String?
    var error: String?
    /// Where the spoken answer was written.
    var file: String?
    /// Milliseconds from the end of speech to the answer's audio, when known.
    var milliseconds: Double?
    /// The spoken answer as a WAV file; empty if there is none.
    var wav: [UInt8] = []

    private enum CodingKeys: String, CodingKey { case transcript, response, error, file, milliseconds }

    mutating func take(_ event: TurnEvent, sampleRate: Int) {
        switch event.kind {
        case .transcript(let heard): transcript = heard.text
        case .reply(let text): response = text
        case .audio(let speech): wav += PCM16.encode(speech.samples)
        case .audioLength: break
        case .failed(let failure): error = HotpinMessage.text(for: failure)
        case .done(let timeline):
            milliseconds = timeline.milliseconds(to: .firstAudio)?.rounded()
            if !wav.isEmpty { wav = WAVHeader(sampleRate: sampleRate, dataSize: wav.count).encoded() + wav }
        case .recognizing, .replyDelta, .announcement, .speechStarted, .speechEnded, .partial, .held, .resumed,
            .interrupted:
            break
        }
    }

    /// - Returns: true when the turn is over.
    mutating func take(_ message: WebSocketMessage) throws(HotpinFrameError) -> Bool {
        switch message {
        case .binary(let bytes):
            wav += bytes
            return false
        case .text(let text):
            switch try HotpinServerFrame.decode(text) {
            case .llm(let heard): transcript = String(decoding: heard, as: UTF8.self)
            case .tts(let text): response = String(decoding: text, as: UTF8.self)
            case .error(let message):
                error = String(decoding: message, as: UTF8.self)
                return true
            case .complete: return true
            case .connected, .transcription, .announcement, .speechStarted, .speechEnded, .partial, .audio, .speaking,
                .audioEnd, .held, .resumed, .cancelled:
                break
            }
            return false
        }
    }
}
