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
    ///   - draft: what an earlier look gave; anything at all does no harm.
    func transcribe(
        _ samples: [Float], prompt: [Int], draft: RecognitionDraft?, language: String, noSpeechThreshold: Float,
        _ cancellation: EngineCancellation
    ) throws(EngineError) -> Transcript {
        defer { decoder.end() }
        let limits = WhisperLimits(samples: samples.count)
        decoder.begin(try encode(samples, limits, cancellation))
        var loop = WhisperTokenLoop(
            limits: limits, endOfText: model.info.eot, room: model.info.textContext - prompt.count)
        var draft = WhisperDraft(draft, endOfText: model.info.eot, limit: loop.maxTokens)
        // Alone, because it makes the decoder's quantisation coarse for every token that shares a run with it.
        let result = try decoder.run(prompt, cancellation: cancellation)
        var transcript = Transcript(
            text: "", language: language, noSpeechProbability: try noSpeechProbability(result))
        if transcript.noSpeechProbability > noSpeechThreshold { return transcript }
        try decode(result, behind: prompt, &loop, &draft, cancellation)
        transcript.text = trimmed(model.tokens.text(loop.tokens))
        transcript.tokenCount = loop.tokens.count
        transcript.averageLogProbability = transcript.text.isEmpty ? 0 : loop.averageLogProbability
        transcript.draft = loop.tokens.isEmpty ? nil : RecognitionDraft(tokens: loop.tokens)
        return transcript
    }

    /// Takes the decoder's choices for as long as the tokens it was run with are those that it chose, and runs it with
    /// its own choice where they are not, until the text ends.
    /// - Parameter result: of a run with the prompt.
    private func decode(
        _ result: WhisperDecoder.Result, behind prompt: [Int], _ loop: inout WhisperTokenLoop,
        _ draft: inout WhisperDraft, _ cancellation: EngineCancellation
    ) throws(EngineError) {
        var (result, fed, row) = (result, prompt, prompt.count - 1)
        while case .feed(let token) = loop.take(
            result.choices[row], logProbability: try logProbability(result, row: row))
        {
            row += 1
            if row < fed.count, fed[row] == token { continue }
            try cancellation.check()
            decoder.rewind(to: decoder.past - (fed.count - row))
            fed = [token] + draft.guesses(after: loop.tokens)
            result = try decoder.run(fed, cancellation: fed.count > 1 ? cancellation : nil)
            row = 0
        }
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

    /// Of the token that was chosen after one of the row, among those that are not suppressed.
    private func logProbability(_ result: WhisperDecoder.Result, row: Int) throws(EngineError) -> Float {
        let vocabulary = model.info.vocabulary
        return try result.logits.withElements(of: Float.self) { elements throws(EngineError) in
            model.suppression.withUnsafeBufferPointer { bias in
                Softmax.logProbability(
                    of: result.choices[row],
                    UnsafeBufferPointer(rebasing: elements[row * vocabulary..<(row + 1) * vocabulary]), bias: bias)
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
