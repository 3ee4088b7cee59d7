import VoicePipeline
import VoiceTesting

/// A conversation whose work is run and whose events are gathered.
struct SessionUnderTest: Sendable {
    /// One second that holds no speech, as `FakeDetector` hears it.
    static let second = [UInt8](repeating: 1, count: 32_000)
    /// One second of speech.
    static let speech = [UInt8](repeating: 0x40, count: 32_000)
    static let silence = [UInt8](repeating: 0, count: 32_000)

    let conversation: Conversation
    let floor = TurnFloor()
    private let emitted = BoundedChannel<TurnEvent>(capacity: 64)
    private let works = BoundedChannel<Conversation.Work>(capacity: 64)
    private let seen = SeenEvents()

    init(
        recognizer: any SpeechRecognizer = FakeRecognizer("hello"), brain: any Brain = FakeBrain("Hi. How are you?"),
        synthesizer: any SpeechSynthesizer = FakeSynthesizer(),
        store: any ConversationStore = MemoryConversationStore(),
        limits: SessionLimits = SessionLimits(), mode: SessionMode = SessionMode(), recovery: RecoveryPolicy? = nil,
        detector: (any VoiceActivityDetector)? = nil, turnDetector: (any TurnDetector)? = nil,
        playback: (any AnswerPlayback)? = nil,
        metrics: ServerMetrics = ServerMetrics(), clock: any Clock<Duration> = ContinuousClock(), log: Log = .none
    ) {
        let emitted = emitted
        let seen = seen
        let floor = floor
        let engines = SessionEngines(
            recognizer: recognizer, brain: brain, synthesizer: synthesizer, resampler: NearestResampler(),
            store: store, detector: detector, turnDetector: turnDetector, metrics: metrics)
        conversation = Conversation(
            session: "s", engines: engines, limits: limits, mode: mode, recovery: recovery, clock: clock, log: log,
            floor: floor, playback: playback
        ) { event in
            guard event.turn >= floor.first else { return }
            if let what = describe(event) { seen.add(what) }
            await emitted.send(event)
        }
    }

    func append(_ bytes: [UInt8]) async {
        if let work = await conversation.append(bytes) { await works.send(work) }
    }

    /// Waits until an event was seen that ends so.
    func until(_ ending: String) async { await seen.wait(for: ending) }

    func endOfSpeech(refusal: TurnFailure? = nil) async {
        if let work = await conversation.endOfSpeech(refusal: refusal) { await works.send(work) }
    }

    /// One second of speech and its end.
    func ask() async {
        await append(Self.second)
        await endOfSpeech()
    }

    func reset() async {
        if let work = await conversation.reset() { await works.send(work) }
    }

    func announce(_ text: String) async -> Bool {
        let (isTaken, work) = await conversation.announce(text)
        if let work { await works.send(work) }
        return isTaken
    }

    /// Runs what is to be done beside `body`, to its end, and returns all events, in words.
    func events(_ body: @escaping @Sendable (SessionUnderTest) async -> Void) async -> [String] {
        await withTaskGroup(of: [String].self) { group in
            group.addTask {
                await withDiscardingTaskGroup { working in
                    for await work in works { working.addTask { await work() } }
                }
                emitted.finish()
                return []
            }
            group.addTask {
                await body(self)
                works.finish()
                return []
            }
            group.addTask {
                var seen: [String] = []
                for await event in emitted { if let what = describe(event) { seen.append(what) } }
                return seen
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }
}

/// - Returns: nil for the length of the audio, which comes before or after some of it.
private func describe(_ event: TurnEvent) -> String? {
    let what: String
    switch event.kind {
    case .recognizing: what = "recognizing"
    case .speechStarted: what = "speech started"
    case .speechEnded: what = "speech ended"
    case .partial(let partial): what = "partial \(partial.stable)|\(partial.rest)"
    case .held: what = "held"
    case .resumed: what = "resumed"
    case .interrupted(let heard): what = "interrupted \(heard)"
    case .transcript(let transcript): what = "heard \(transcript.text)"
    case .replyDelta(let text): what = "delta \(text)"
    case .reply(let text): what = "reply \(text)"
    case .audio(let speech): what = "audio \(speech.sampleRate) Hz"
    case .audioLength: return nil
    case .done: what = "done"
    case .failed(let failure): what = "failed \(failure)"
    case .announcement(let text): what = "announcement \(text)"
    }
    return "\(event.turn) \(what)"
}

/// The events so far, in words.
private final class SeenEvents: Sendable {
    private struct State {
        var all: [String] = []
        var awaited: [(ending: String, latch: Latch)] = []
    }
    private let state = Guarded(State())

    func add(_ event: String) {
        state.withLock { state in
            state.all.append(event)
            for (ending, latch) in state.awaited where event.hasSuffix(ending) { latch.set() }
        }
    }

    func wait(for ending: String) async {
        let latch = Latch()
        state.withLock { state in
            if state.all.contains(where: { $0.hasSuffix(ending) }) { latch.set() }
            state.awaited.append((ending, latch))
        }
        await latch.wait()
    }
}
