import Glibc
import VoicePipeline

/// Everything that one utterance needs to itself while it is transcribed.
///
/// Only one thread has a stream at a time: `WhisperRecognizer` hands it out and takes it back.
final class WhisperStream: @unchecked Sendable {
    private let model: WhisperModel
    private let decoder: WhisperDecoder

    init(_ model: WhisperModel) throws(EngineError) {
        self.model = model
        decoder = try WhisperDecoder(model)
    }

    /// Transcribes one utterance on the calling thread.
    /// - Parameters:
    ///   - samples: at most `WhisperLimits.maxSamples`, finite.
    ///   - prompt: the start tokens.
    func transcribe(
        _ samples: [Float], prompt: [Int], language: String, noSpeechThreshold: Float,
        _ cancellation: EngineCancellation
    ) throws(EngineError) -> Transcript {
        defer { decoder.end() }
        let limits = WhisperLimits(samples: samples.count)
        decoder.begin(try encode(samples, limits, cancellation))
        var result = try decoder.run(prompt, cancellation: cancellation)
        let noSpeech = try noSpeechProbability(result)
        var transcript = Transcript(text: "", language: language, noSpeechProbability: noSpeech)
        if noSpeech > noSpeechThreshold { return transcript }
        var loop = WhisperTokenLoop(
            limits: limits, endOfText: model.info.eot, room: model.info.textContext - prompt.count)
        while case .feed(let token) = loop.take(result.next, logProbability: try logProbability(result)) {
            try cancellation.check()
            result = try decoder.run([token], cancellation: nil)
        }
        transcript.text = trimmed(model.tokens.text(loop.tokens))
        transcript.tokenCount = loop.tokens.count
        transcript.averageLogProbability = transcript.text.isEmpty ? 0 : loop.averageLogProbability
        return transcript
    }

    private func encode(
        _ samples: [Float], _ limits: WhisperLimits, _ cancellation: EngineCancellation
    ) throws(EngineError) -> [ONNXTensor] {
        let mel = try ONNXTensor(
            model.runtime, shape: [1, model.mel.bands, limits.frames], repeating: Float(0))
        try mel.withElements(of: Float.self) { elements throws(EngineError) in
            model.mel.compute(samples, frames: limits.frames, into: elements)
        }
        return try model.encoder.run(
            ["mel": mel], outputs: WhisperModel.crossNames(model.info), cancellation: cancellation)
    }

    /// Probability, at the start token, that no speech follows.
    private func noSpeechProbability(_ result: WhisperDecoder.Result) throws(EngineError) -> Float {
        let vocabulary = model.info.vocabulary
        return try result.logits.withElements(of: Float.self) { elements throws(EngineError) in
            exp(Softmax.logProbability(of: model.info.noSpeech, UnsafeBufferPointer(rebasing: elements[..<vocabulary])))
        }
    }

    /// Of the token that was chosen after the last one, among those that are not suppressed.
    private func logProbability(_ result: WhisperDecoder.Result) throws(EngineError) -> Float {
        let vocabulary = model.info.vocabulary
        return try result.logits.withElements(of: Float.self) { elements throws(EngineError) in
            model.suppression.withUnsafeBufferPointer { bias in
                Softmax.logProbability(
                    of: result.next, UnsafeBufferPointer(rebasing: elements.suffix(vocabulary)), bias: bias)
            }
        }
    }

    private func trimmed(_ text: String) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }
}
