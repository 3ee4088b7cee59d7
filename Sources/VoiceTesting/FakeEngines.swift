import VoicePipeline

/// A recognizer that answers from a script, and says when it was called.
public final class FakeRecognizer: SpeechRecognizer {
    public let name = "fake-recognizer"
    private let answer: @Sendable ([Float]) async throws(EngineError) -> Transcript

    public init(_ answer: @escaping @Sendable ([Float]) async throws(EngineError) -> Transcript) {
        self.answer = answer
    }

    /// Always hears the same.
    public convenience init(_ text: String) {
        self.init { _ throws(EngineError) in Transcript(text: text) }
    }

    public func transcribe(
        _ samples: [Float], options: RecognitionOptions
    ) async throws(EngineError) -> Transcript {
        try await answer(samples)
    }
}

/// A brain that answers from a script and keeps what it was asked.
public final class FakeBrain: Brain {
    public typealias Emit = @Sendable (String) async throws -> Void
    private let answer: @Sendable (BrainRequest, Emit) async throws -> BrainReply
    private let seen = Guarded<[BrainRequest]>([])

    public init(_ answer: @escaping @Sendable (BrainRequest, Emit) async throws -> BrainReply) {
        self.answer = answer
    }

    /// Answers every utterance with the same text, in one piece.
    public convenience init(_ text: String) {
        self.init { _, emit in
            try await emit(text)
            return BrainReply(text: text, source: .skill("fake"))
        }
    }

    /// What it was asked, in order.
    public var requests: [BrainRequest] { seen.withLock { $0 } }

    public func reply(to request: BrainRequest, emit: Emit) async throws -> BrainReply {
        seen.withLock { $0.append(request) }
        return try await answer(request, emit)
    }
}

/// A synthesizer whose speech is as long as the text: `secondsPerCharacter` of a constant.
public final class FakeSynthesizer: WholeSynthesizer {
    public let name = "fake-voice"
    public let sampleRate: Int
    private let secondsPerCharacter: Double
    private let failure: EngineError?

    public init(sampleRate: Int = 16_000, secondsPerCharacter: Double = 0.01, failure: EngineError? = nil) {
        self.sampleRate = sampleRate
        self.secondsPerCharacter = secondsPerCharacter
        self.failure = failure
    }

    public func synthesize(
        _ text: String, options: SynthesisOptions
    ) async throws(EngineError) -> SynthesizedSpeech {
        if let failure { throw failure }
        let count = Int(Double(text.count) * secondsPerCharacter * Double(sampleRate))
        return SynthesizedSpeech(samples: [Float](repeating: 0.25, count: count), sampleRate: sampleRate, text: text)
    }
}

/// A detector that takes whatever is louder than a tenth for speech.
public struct FakeDetector: VoiceActivityDetector {
    public let frameLength = 512

    public init() {}

    public func makeStream() throws(EngineError) -> any VoiceActivityStream { FakeActivity() }

    private actor FakeActivity: VoiceActivityStream {
        private var kept: [Float] = []

        func process(_ samples: [Float]) throws(EngineError) -> [Float] {
            kept += samples
            var probabilities: [Float] = []
            while kept.count >= 512 {
                probabilities.append(kept.prefix(512).contains { abs($0) > 0.1 } ? 1 : 0)
                kept.removeFirst(512)
            }
            return probabilities
        }

        func reset() { kept = [] }
    }
}

/// A resampler that repeats or skips samples; enough to check lengths.
public struct NearestResampler: AudioResampler {
    public init() {}

    public func resample(_ samples: [Float], from inputRate: Int, to outputRate: Int) throws(EngineError) -> [Float] {
        guard inputRate > 0, outputRate > 0 else { throw .invalidInput("rate") }
        return (0..<SampleCount.resampled(samples.count, from: inputRate, to: outputRate)).map { index in
            samples[min(index * inputRate / outputRate, samples.count - 1)]
        }
    }

    public func stream(from inputRate: Int, to outputRate: Int) throws(EngineError) -> any ResamplerStream {
        Parts(inputRate, outputRate)
    }

    /// Gives everything at the end.
    private final class Parts: ResamplerStream {
        private let inputRate: Int
        private let outputRate: Int
        private var kept: [Float] = []

        init(_ inputRate: Int, _ outputRate: Int) {
            self.inputRate = inputRate
            self.outputRate = outputRate
        }

        func append(_ samples: [Float]) -> [Float] {
            kept += samples
            return []
        }

        func finish() throws(EngineError) -> [Float] {
            try NearestResampler().resample(kept, from: inputRate, to: outputRate)
        }
    }
}

/// Conversations in memory.
public actor MemoryConversationStore: ConversationStore {
    private var turns: [String: [(user: String, assistant: String)]] = [:]
    private let failure: StorageError?

    public init(failure: StorageError? = nil) {
        self.failure = failure
    }

    public func history(of session: String, turns limit: Int) throws(StorageError) -> [ChatMessage] {
        if let failure { throw failure }
        return (turns[session] ?? []).suffix(limit).flatMap {
            [ChatMessage(.user, $0.user), ChatMessage(.assistant, $0.assistant)]
        }
    }

    public func append(user: String, assistant: String, to session: String) throws(StorageError) {
        if let failure { throw failure }
        turns[session, default: []].append((user, assistant))
    }

    public func amend(assistant: String, to user: String, in session: String) throws(StorageError) {
        if let failure { throw failure }
        guard let last = turns[session]?.last, last.user == user else { return }
        turns[session]?.removeLast()
        if !assistant.isEmpty { turns[session]?.append((user, assistant)) }
    }

    public func clear(_ session: String) throws(StorageError) {
        if let failure { throw failure }
        turns[session] = nil
    }

    /// Knows no times: forgets everything.
    public func forget(before time: Double) throws(StorageError) -> Int {
        if let failure { throw failure }
        let count = turns.values.reduce(0) { $0 + $1.count }
        turns = [:]
        return count
    }
}
