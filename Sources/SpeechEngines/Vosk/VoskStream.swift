import Glibc
import VoicePipeline

/// One utterance on its way through libvosk. Only one thread has it at a time.
///
///     samples ─► blocks of 0.1 s, counted from the beginning ─► sentences that ended, and what goes on
///
/// The blocks are always the same ones, so that what is understood does not depend on how the sound came.
final class VoskStream: @unchecked Sendable {
    private static let rate: Float = 16_000
    private static let block = 1600

    private let model: VoskModel
    private let recognizer: OpaquePointer
    /// Samples that libvosk has got, and what they were.
    private var taken = 0
    private var fingerprint = Fingerprint()
    private var ended: [VoskResult] = []

    /// - Throws: `.failed` when libvosk gives no recognizer.
    init(_ model: VoskModel) throws(EngineError) {
        guard let recognizer = model.library.makeRecognizer(model.handle, Self.rate) else {
            throw Self.fault("no recognizer could be made")
        }
        self.model = model
        self.recognizer = recognizer
        // Words come with probabilities and times.
        model.library.setWords(recognizer, 1)
    }

    deinit {
        model.library.freeRecognizer(recognizer)
    }

    /// Whether what was taken is the beginning of these samples.
    func isBeginning(of samples: [Float]) -> Bool {
        guard taken <= samples.count else { return false }
        var other = Fingerprint()
        other.add(samples[..<taken])
        return other == fingerprint
    }

    /// Takes what is new of an utterance.
    /// - Parameters:
    ///   - samples: from its beginning; finite.
    ///   - isWhole: false leaves what does not fill a block for the next time.
    func take(_ samples: [Float], isWhole: Bool, _ cancellation: EngineCancellation) throws(EngineError) {
        while taken < samples.count {
            let end = min(taken + Self.block, samples.count)
            guard isWhole || end - taken == Self.block else { return }
            try cancellation.check()
            try take(samples[taken..<end])
        }
    }

    private func take(_ samples: ArraySlice<Float>) throws(EngineError) {
        let numbers = samples.map { Int16(max(-32_768, min(32_767, ($0 * 32_768).rounded()))) }
        let answer = model.library.accept(recognizer, numbers, Int32(numbers.count))
        guard answer >= 0 else { throw Self.fault("it refused sound") }
        taken += samples.count
        fingerprint.add(samples)
        if answer > 0 { ended.append(try VoskResult(json: Self.bytes(model.library.result(recognizer)))) }
    }

    /// What is understood so far.
    func textSoFar() throws(EngineError) -> String {
        let partial = try VoskResult.partial(json: Self.bytes(model.library.partialResult(recognizer)))
        return (ended.map(\.text) + [partial]).filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// Everything that was said; the stream is over then.
    func finish() throws(EngineError) -> [VoskResult] {
        ended.append(try VoskResult(json: Self.bytes(model.library.finalResult(recognizer))))
        return ended.filter { !$0.text.isEmpty }
    }

    private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8] {
        guard let text else { return [] }
        return UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) }
    }

    private static func fault(_ message: String) -> EngineError {
        .failed(engine: "libvosk", code: -1, message: message)
    }
}

/// Tells samples from others (FNV-1a over their bits).
private struct Fingerprint: Equatable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ samples: ArraySlice<Float>) {
        for sample in samples { state = (state ^ UInt64(sample.bitPattern)) &* 0x100_0000_01b3 }
    }
}
