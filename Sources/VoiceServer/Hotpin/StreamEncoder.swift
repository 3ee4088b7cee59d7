import VoicePipeline
import VoiceProtocol

/// Turns a session's events into the frames of a streamed answer. A value; sends nothing itself.
///
/// ```
///  event ─► encode ─┬─► messages to be sent at once: what was heard, held, cancelled, …
///                   └─► queue: audio, speaking, samples, speaking, samples, …, end ─► next(), one message at a time
/// ```
/// The queue holds samples; they become bytes when their time to be sent has come, so that an answer which is cancelled
/// has not been encoded for nothing.
package struct StreamEncoder {
    package typealias Message = HotpinEncoder.Message

    /// A message of the queue.
    package struct Step: Equatable {
        package var message: Message
        /// Samples of the answer in it.
        package var samples = 0
        /// Nothing of the turn follows.
        package var isLast = false
    }

    private enum Entry {
        case header
        case words(String, at: Int)
        case samples([Float], from: Int)
        case end(TurnTimeline)
        case complete(TurnTimeline)
    }

    private let handshake: HotpinHandshake
    private var framer: AudioFramer
    private var entries: [Entry] = []
    private var marks = SpokenMarks()
    private var timeline = SentTimes()
    /// The turn whose answer it is.
    package private(set) var turn = 0
    /// Samples of the words that were marked last and have not come yet.
    private var following = 0
    /// Samples of this answer that have come.
    private var count = 0
    /// Samples in the queue.
    package private(set) var queued = 0
    /// Samples of this answer that were sent.
    package private(set) var sent = 0

    /// - Parameters:
    ///   - sampleRate: Hz, of all audio events.
    ///   - packets: makes packets; nil for PCM.
    package init(handshake: HotpinHandshake, sampleRate: Int, packets: (any PacketCodec)? = nil) {
        self.handshake = handshake
        framer = AudioFramer(sampleRate: sampleRate, packets: packets)
    }

    /// Whether the queue is empty.
    package var isEmpty: Bool { entries.isEmpty }

    /// Takes one event.
    /// - Returns: the messages to be sent at once, in order.
    package mutating func encode(_ event: TurnEvent) -> [Message] {
        switch event.kind {
        case .recognizing:
            begin(event.turn)
            return [frame(.transcription)]
        case .transcript(let transcript): return [frame(.llm(transcript: Array(transcript.text.utf8)))]
        case .replyDelta, .audioLength: return []
        case .speechStarted, .speechEnded, .partial:
            return handshake.agreement?.frame(for: event.kind).map { [frame($0)] } ?? []
        case .reply(let text): return [frame(.tts(response: Array(text.utf8)))]
        case .announcement(let text):
            begin(event.turn)
            return [frame(.announcement(response: Array(text.utf8)))]
        case .audio(let speech):
            append(speech, of: event.turn)
            return []
        case .held: return [frame(.held)]
        case .resumed: return [frame(.resumed)]
        case .interrupted(let heard):
            drop()
            return [frame(.cancelled(heard: Array(heard.utf8)))]
        case .failed(let failure):
            if event.turn == turn { drop() }
            return [frame(.error(message: Array(HotpinMessage.text(for: failure).utf8)))]
        case .done(let timeline):
            if event.turn != turn { begin(event.turn) }
            entries.append(marks.isEmpty ? .complete(timeline) : .end(timeline))
            return []
        }
    }

    /// Takes the next message out of the queue.
    /// - Returns: nil while there is none, or none that is whole.
    /// - Throws: when the audio cannot be encoded.
    package mutating func next() throws(EngineError) -> Step? {
        while let entry = entries.first {
            switch entry {
            case .header:
                entries.removeFirst()
                return Step(message: frame(.audio(try framer.begin())))
            case .words(let words, let at):
                entries.removeFirst()
                return Step(message: frame(.speaking(text: Array(words.utf8), at: framer.milliseconds(at))))
            case .samples(let samples, var from):
                let step = try framer.next(samples, from: &from)
                if from < samples.count { entries[0] = .samples(samples, from: from) } else { entries.removeFirst() }
                if let step { return taken(step) }
            case .end(let timeline):
                if let step = try framer.finish() { return taken(step) }
                entries[0] = .complete(timeline)
                return Step(message: frame(.audioEnd(duration: framer.milliseconds(count))))
            case .complete(let timeline):
                entries.removeFirst()
                let told = self.timeline.told(timeline, to: handshake)
                return Step(message: frame(.complete(timeline: told)), isLast: true)
            }
        }
        return nil
    }

    /// Notes that a message of the queue left.
    package mutating func didSend(_ step: Step, at instant: ContinuousClock.Instant = .now) {
        guard step.samples > 0 else { return }
        sent += step.samples
        timeline.mark(instant)
    }

    /// Empties the queue.
    package mutating func drop() {
        entries = []
        queued = 0
        framer.end()
    }

    /// The words that were spoken when so many samples of the answer had been played.
    package func heard(until position: Int) -> String { marks.words(until: min(position, sent)) }

    private mutating func begin(_ turn: Int) {
        drop()
        self.turn = turn
        marks = SpokenMarks()
        timeline = SentTimes()
        sent = 0
        count = 0
        following = 0
    }

    private mutating func append(_ speech: SynthesizedSpeech, of turn: Int) {
        if turn != self.turn { begin(turn) }
        if marks.isEmpty { entries.append(.header) }
        if following == 0 || !speech.text.isEmpty {
            if !speech.text.isEmpty { entries.append(.words(speech.text, at: count)) }
            marks.end(at: count)
            marks.append(speech.text, count: speech.samples.count + speech.following)
        }
        following = speech.following
        entries.append(.samples(speech.samples, from: 0))
        count += speech.samples.count
        queued += speech.samples.count
    }

    private mutating func taken(_ step: Step) -> Step {
        queued = max(0, queued - step.samples)
        return step
    }

    private func frame(_ frame: HotpinServerFrame) -> Message { .text(frame.encoded()) }
}

/// When an answer's audio left.
private struct SentTimes {
    private var first: ContinuousClock.Instant?
    private var last: ContinuousClock.Instant?

    mutating func mark(_ instant: ContinuousClock.Instant) {
        if first == nil { first = instant }
        last = instant
    }

    /// What the client is told, if it asked.
    func told(_ timeline: TurnTimeline, to handshake: HotpinHandshake) -> HotpinTimeline? {
        guard handshake.timeline else { return nil }
        var timeline = timeline
        if let first { timeline.mark(.firstAudio, at: first, replacing: true) }
        if let last { timeline.mark(.lastAudio, at: last, replacing: true) }
        return HotpinTimeline(timeline, firstAudio: .firstAudio, isDetailed: true)
    }
}
