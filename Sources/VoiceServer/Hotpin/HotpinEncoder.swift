import VoicePipeline
import VoiceProtocol

/// Turns a session's events into the frames of the documented protocol. A value; sends nothing itself.
///
/// The documented client plays one whole WAV file, whose header states its length, so audio is collected until the
/// turn is over.
package struct HotpinEncoder {
    /// Bytes of one binary message.
    package static let chunkSize = 4096
    /// The documented client's buffer holds less than this.
    package static let maximumWAV = 512_000

    package enum Message: Equatable {
        case text([UInt8])
        case binary([UInt8])
    }

    private let handshake: HotpinHandshake
    private let sampleRate: Int
    private var pcm: [UInt8] = []
    /// The turn whose audio is collected: another one may be refused meanwhile.
    private var collecting = 0

    /// - Parameter sampleRate: Hz, of all audio events.
    package init(handshake: HotpinHandshake, sampleRate: Int) {
        self.handshake = handshake
        self.sampleRate = sampleRate
    }

    /// The messages for one event, in order.
    package mutating func encode(_ event: TurnEvent) -> [Message] {
        switch event.kind {
        case .recognizing:
            collect(event.turn)
            return [frame(.transcription)]
        case .transcript(let transcript): return [frame(.llm(transcript: Array(transcript.text.utf8)))]
        case .replyDelta, .held, .resumed: return []
        case .speechStarted, .speechEnded, .partial:
            return handshake.agreement?.frame(for: event.kind).map { [frame($0)] } ?? []
        case .interrupted:
            // Nothing of it had been sent, so nothing was heard.
            pcm = []
            return [frame(.cancelled(heard: nil))]
        case .reply(let text):
            if event.turn != collecting { collect(event.turn) }
            return [frame(.tts(response: Array(text.utf8)))]
        case .announcement(let text):
            collect(event.turn)
            return [frame(.announcement(response: Array(text.utf8)))]
        case .audio(let speech):
            let room = Self.maximumWAV - WAVHeader.length - 2 - pcm.count
            pcm += PCM16.encode(speech.samples).prefix(max(0, room))
            return []
        case .failed(let failure):
            if event.turn == collecting { pcm = [] }
            return [frame(.error(message: Array(HotpinMessage.text(for: failure).utf8)))]
        case .done(let timeline):
            defer { pcm = [] }
            let timeline = HotpinTimeline(timeline, isDetailed: handshake.agreement != nil)
            return chunks() + [frame(.complete(timeline: handshake.timeline ? timeline : nil))]
        }
    }

    private mutating func collect(_ turn: Int) {
        collecting = turn
        pcm = []
    }

    private func frame(_ frame: HotpinServerFrame) -> Message { .text(frame.encoded()) }

    /// The WAV file in chunks; none without audio.
    private func chunks() -> [Message] {
        guard !pcm.isEmpty else { return [] }
        let file = WAVHeader(sampleRate: sampleRate, dataSize: pcm.count).encoded() + pcm
        return stride(from: 0, to: file.count, by: Self.chunkSize).map { start in
            .binary(Array(file[start..<min(start + Self.chunkSize, file.count)]))
        }
    }
}
