/// Finds where speech begins, pauses and ends, from one probability of speech a frame. It has no clock: it counts.
///
/// ```
///            onset frames ≥ threshold                 < threshold - hysteresis
///  silent ───────────────────────────► speaking ─────────────────────────────► quiet
///     ▲         speechStarted             ▲                                    │ │ │
///     │                                   └────── ≥ threshold (resumed) ───────┘ │ └─ after `pause`: paused
///     └──────────── after the silence: ended, or discarded if it was short ──────┘
/// ```
/// Events of one utterance come in the order speechStarted, (paused, resumed)…, then paused and ended, or discarded.
/// An utterance has no longest time here: whoever keeps its samples bounds it.
public struct Endpointer: Equatable, Sendable {
    /// Samples in one frame, 16 kHz: 32 ms.
    public static let frameLength = 512
    /// Without so much speech there may be no pause: what is too short for a turn is forgotten after so many
    /// milliseconds, or after the silence where that is shorter.
    package static let discardMilliseconds = 480
    /// Frames in a row at the threshold that end a pause which was reported; one alone may be a click.
    package static let resumingFrames = 2

    /// What was found. Positions are samples since the beginning, or since `reset()`.
    public enum Event: Equatable, Sendable {
        /// Speech began at this sample, the lead included; not before the end of the utterance before it.
        case speechStarted(Int)
        /// The utterance may be over: the sample after the last one with speech.
        case paused(Int)
        /// Speech went on after a pause.
        case resumed
        /// The utterance is over: the sample after the last one with speech.
        case ended(Int)
        /// What began was too short for speech; it is forgotten.
        case discarded
    }

    private enum State: Equatable, Sendable {
        /// - onset: frames in a row at the threshold.
        case silent(onset: Int)
        case speaking
        /// - frames: since the last one with speech; onset: frames in a row at the threshold among the last of them.
        case quiet(frames: Int, onset: Int)
    }

    private let rule: Rule
    private var state = State.silent(onset: 0)
    /// Frames taken.
    private var frames = 0
    /// Frames with speech in this utterance.
    private var speech = 0
    /// Frames up to the last one with speech, in this utterance or the one before.
    private var end = 0
    /// What was said about this pause.
    private var hints = TurnHints()

    public init(_ settings: EndpointerSettings = EndpointerSettings()) {
        rule = Rule(settings)
    }

    /// Takes the next frame.
    /// - Parameter probability: of speech, 0…1; what is no number counts as silence.
    public mutating func take(_ probability: Float) -> Event? {
        // Wraps after nine billion years.
        frames &+= 1
        let isOnset = probability >= rule.start
        switch state {
        case .silent(let onset):
            return takeSilent(onset: isOnset ? onset + 1 : 0)
        case .speaking:
            if probability >= rule.stay { speak(1) } else { state = .quiet(frames: 1, onset: 0) }
            return nil
        case .quiet(let frames, let onset):
            return takeQuiet(frames + 1, onset: isOnset ? onset + 1 : 0)
        }
    }

    /// Takes a hint about this pause: the silence that ends it becomes shorter or longer. Hints between pauses are
    /// ignored; a newer one replaces an older one of the same kind. Nothing ends before the next frame.
    public mutating func hint(_ hint: TurnHint) {
        if isPaused { hints.take(hint) }
    }

    /// Forgets all that was heard; positions begin at 0 again.
    public mutating func reset() {
        state = .silent(onset: 0)
        frames = 0
        speech = 0
        end = 0
        hints = TurnHints()
    }

    /// Whether speech has begun and its end was not reported yet.
    public var isInSpeech: Bool {
        if case .silent = state { false } else { true }
    }

    /// Whether a pause was reported and neither its end nor the utterance's was.
    public var isPaused: Bool {
        if case .quiet(let frames, _) = state { frames >= rule.pause && isLongEnough } else { false }
    }

    /// Where speech ended before this pause, as it was reported; nil outside of a pause.
    public var pausedAt: Int? { isPaused ? end * Self.frameLength : nil }

    /// Speech heard in this utterance, seconds without pauses; 0 in silence.
    public var speechSeconds: Double {
        isInSpeech ? Double(speech * Self.frameLength) / 16_000 : 0
    }

    /// Silence that will end this utterance, milliseconds, as far as it is known now.
    public var silenceMilliseconds: Int { rule.wait(hints) * Rule.frameMilliseconds }

    private var isLongEnough: Bool { speech >= rule.minimumSpeech }

    private mutating func takeSilent(onset: Int) -> Event? {
        guard onset >= rule.onset else {
            state = .silent(onset: onset)
            return nil
        }
        state = .speaking
        speech = 0
        let began = max(end, frames - onset - rule.lead)
        speak(onset)
        return .speechStarted(began * Self.frameLength)
    }

    private mutating func takeQuiet(_ quiet: Int, onset: Int) -> Event? {
        let wasReported = isPaused
        if onset >= (wasReported ? Self.resumingFrames : 1) {
            hints = TurnHints()
            speak(onset)
            state = .speaking
            return wasReported ? .resumed : nil
        }
        state = .quiet(frames: quiet, onset: onset)
        if isLongEnough {
            // The next frame tells whether this one was a click.
            if quiet >= rule.wait(hints), onset == 0 { return finish(.ended(end * Self.frameLength)) }
            return quiet == rule.pause ? .paused(end * Self.frameLength) : nil
        }
        return quiet >= rule.discard ? finish(.discarded) : nil
    }

    private mutating func speak(_ count: Int) {
        speech += count
        end = frames
    }

    private mutating func finish(_ event: Event) -> Event {
        state = .silent(onset: 0)
        hints = TurnHints()
        return event
    }
}

extension Endpointer {
    /// The settings in frames.
    private struct Rule: Equatable, Sendable {
        static let frameMilliseconds = 32

        let start: Float
        let stay: Float
        let onset: Int
        let lead: Int
        let minimumSpeech: Int
        let pause: Int
        let silence: Int
        let shortest: Int
        let longest: Int
        let discard: Int

        init(_ settings: EndpointerSettings) {
            start = min(max(settings.threshold, 0.01), 1)
            stay = max(start - max(settings.hysteresis, 0), 0.005)
            onset = min(max(settings.onsetFrames, 1), 100)
            lead = Self.frames(settings.lead)
            minimumSpeech = Self.frames(settings.minimumSpeech)
            pause = max(Self.frames(settings.pause), 1)
            silence = max(Self.frames(settings.silence), pause + 1)
            shortest = min(max(Self.frames(settings.shortestSilence), pause + 1), silence)
            longest = max(Self.frames(settings.longestSilence), silence)
            discard = min(Self.frames(Endpointer.discardMilliseconds), silence)
        }

        /// Frames of silence that end an utterance.
        func wait(_ hints: TurnHints) -> Int {
            let completeness = hints.completeness
            let change = completeness > 0 ? silence - shortest : longest - silence
            return silence - Int((Float(change) * completeness).rounded())
        }

        /// Whole frames that last so long, at most a minute's.
        private static func frames(_ milliseconds: Int) -> Int {
            (min(max(milliseconds, 0), 60_000) + frameMilliseconds - 1) / frameMilliseconds
        }
    }
}
