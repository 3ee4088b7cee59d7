import VoicePipeline
import VoiceProtocol

/// Turns a session's events into the frames of the documented protocol. A value; sends nothing itself.
///
/// The documented client plays one whole WAV file, whose header states its length.
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
    /// Bytes of the file that were not sent.
    private var file: [UInt8] = []
    /// Bytes of the file that are still to be made.
    private var missing = 0
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
            // A file is played when all of it is there, so nothing was heard.
            drop()
            return [frame(.cancelled(heard: nil))]
        case .reply(let text):
            if event.turn != collecting { collect(event.turn) }
            return [frame(.tts(response: Array(text.utf8)))]
        case .announcement(let text):
            collect(event.turn)
            return [frame(.announcement(response: Array(text.utf8)))]
        case .audio(let speech):
            add(PCM16.encode(speech.samples))
            return chunks()
        case .audioLength(let samples):
            begin(bytes: min(samples * 2, Self.maximumWAV - WAVHeader.length - 2))
            return []
        case .failed(let failure):
            if event.turn == collecting { drop() }
            return [frame(.error(message: Array(HotpinMessage.text(for: failure).utf8)))]
        case .done(let timeline):
            defer { drop() }
            let timeline = HotpinTimeline(timeline, isDetailed: handshake.agreement != nil)
            return end() + [frame(.complete(timeline: handshake.timeline ? timeline : nil))]
        }
    }

    private mutating func collect(_ turn: Int) {
        collecting = turn
        drop()
    }

    private mutating func drop() {
        file = []
        missing = 0
    }

    private func frame(_ frame: HotpinServerFrame) -> Message { .text(frame.encoded()) }

    // MARK: The file

    private mutating func add(_ pcm: [UInt8]) {
        // What nobody was promised is not sent.
        file += pcm.prefix(missing)
        missing = max(0, missing - pcm.count)
    }

    private mutating func begin(bytes: Int) {
        guard bytes > 0 else { return }
        missing = bytes
        file = WAVHeader(sampleRate: sampleRate, dataSize: bytes).encoded()
    }

    /// What could not be spoken is silence: the client counts the bytes.
    private mutating func end() -> [Message] {
        add([UInt8](repeating: 0, count: missing))
        return chunks()
    }

    /// Takes whole chunks out of the file, and at its end the last one.
    private mutating func chunks() -> [Message] {
        var messages: [Message] = []
        while file.count >= Self.chunkSize || (missing == 0 && !file.isEmpty) {
            messages.append(.binary(Array(file.prefix(Self.chunkSize))))
            file.removeFirst(min(Self.chunkSize, file.count))
        }
        return messages
    }
}
