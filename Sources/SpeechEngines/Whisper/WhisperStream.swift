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
    ///   - request: any draft does no harm.
    func transcribe(
        _ samples: [Float], _ request: WhisperRequest, noSpeechThreshold: Float, _ cancellation: EngineCancellation
    ) throws(EngineError) -> Transcript {
        let kind: ONNXPoolShares.Kind = request.options.priority.runsBesideOthers ? .beside : .alone
        return try model.runtime.pool.with(kind, cancellation) { () throws(EngineError) in
            try transcribeWithThreads(samples, request, noSpeechThreshold: noSpeechThreshold, cancellation)
        }
    }

    private func transcribeWithThreads(
        _ samples: [Float], _ request: WhisperRequest, noSpeechThreshold: Float, _ cancellation: EngineCancellation
    ) throws(EngineError) -> Transcript {
        defer { decoder.end() }
        let options = request.options
        var language = request.language
        var fallback = WhisperFallback(
            effort: options.effort, temperature: options.temperature,
            isLong: WhisperLimits(samples: samples.count) == WhisperLimits(samples: samples.count, context: .full))
        let usual: WhisperLimits.Context = options.priority == .partial ? .look : .usual
        var frames = 0
        while let attempt = fallback.next() {
            let limits = WhisperLimits(samples: samples.count, context: attempt.fullContext ? .full : usual)
            if limits.frames != frames {
                frames = limits.frames
                decoder.begin(try encode(samples, limits, cancellation), keepingQueries: request.keepsQueries)
            }
            let spoken: String
            if let language { spoken = language } else { spoken = try detectLanguage(cancellation) }
            language = spoken
            fallback.take(
                try decode(
                    attempt, limits, request, model.info.start(language: spoken, task: options.task),
                    noSpeechThreshold: noSpeechThreshold, cancellation))
        }
        let transcript = WhisperTranscript(
            pass: fallback.best ?? WhisperPass(), language: language ?? "en",
            writtenLanguage: options.task == .translate ? "en" : language ?? "en", timing: options.timing)
        return transcript.make(model.tokens, samples)
    }

    /// One decoding of the audio that was encoded last.
    /// - Parameter start: the start tokens.
    private func decode(
        _ attempt: WhisperFallback.Attempt, _ limits: WhisperLimits, _ request: WhisperRequest, _ start: [Int],
        noSpeechThreshold: Float, _ cancellation: EngineCancellation
    ) throws(EngineError) -> WhisperPass {
        try cancellation.check()
        decoder.rewind(to: 0)
        try feed(request.context[...], cancellation)
        // Alone, because it makes the decoder's quantisation coarse for every token that shares a run with it.
        let result = try decoder.run(start, cancellation: cancellation)
        var pass = WhisperPass(noSpeechProbability: try noSpeechProbability(result), temperature: attempt.temperature)
        if pass.noSpeechProbability > noSpeechThreshold { return pass }
        let room = model.info.textContext - request.context.count - start.count
        var loop = WhisperTokenLoop(limits: limits, endOfText: model.info.eot, room: room)
        var choice = WhisperChoice(model, attempt)
        // What is drawn by chance is guessed by nothing.
        var draft = WhisperDraft(
            attempt.temperature > 0 ? nil : request.options.draft, endOfText: model.info.eot, limit: loop.maxTokens)
        try decode(result, behind: start, &loop, &draft, &choice, cancellation)
        let asksForTimes = request.wantsTimes || RepetitionGuard.repeated(loop.tokens) != nil
        var starts: [Int] = []
        if request.keepsQueries, asksForTimes, !loop.tokens.isEmpty {
            starts = try align(loop.tokens, limits, before: request.context.count, start.count, cancellation)
            let unspoken = RepetitionGuard.unspoken(loop.tokens, starts: starts)
            loop.drop(unspoken)
            starts.removeLast(unspoken)
        }
        pass.tokens = loop.tokens
        pass.logProbabilities = loop.tokenLogProbabilities
        pass.isWhole = loop.reachedEnd
        pass.text = model.tokens.text(loop.tokens).trimmingWhitespace
        pass.averageLogProbability = pass.text.isEmpty ? 0 : loop.averageLogProbability
        if request.isDetailed { pass.compressionRatio = CompressionRatio.of(pass.text) }
        if request.wantsTimes, !pass.text.isEmpty { pass.starts = starts }
        return pass
    }

    /// Takes the decoder's choices for as long as the tokens it was run with are those that it chose, and runs it with
    /// its own choice where they are not, until the text ends. Then the decoder holds the tokens that were right.
    /// - Parameter result: of a run with the prompt.
    private func decode(
        _ result: WhisperDecoder.Result, behind prompt: [Int], _ loop: inout WhisperTokenLoop,
        _ draft: inout WhisperDraft, _ choice: inout WhisperChoice, _ cancellation: EngineCancellation
    ) throws(EngineError) {
        var (result, fed, row) = (result, prompt, prompt.count - 1)
        while true {
            let chosen = try choice.choose(result, row: row)
            guard case .feed(let token) = loop.take(chosen.token, logProbability: chosen.logProbability) else { break }
            row += 1
            if row < fed.count, fed[row] == token { continue }
            try cancellation.check()
            decoder.rewind(to: decoder.past - (fed.count - row))
            fed = [token] + draft.guesses(after: loop.tokens)
            result = try decoder.run(fed, cancellation: fed.count > 1 ? cancellation : nil)
            row = 0
        }
        decoder.rewind(to: decoder.past - (fed.count - 1 - row))
    }

    /// Where in the audio the decoder turned to each token and to the end of the text.
    private func align(
        _ tokens: [Int], _ limits: WhisperLimits, before context: Int, _ start: Int, _ cancellation: EngineCancellation
    ) throws(EngineError) -> [Int] {
        let end = context + start + tokens.count
        // The last token was not run if the text reached its limit with it.
        try feed(tokens.suffix(max(0, end - decoder.past)), cancellation)
        let samples = Int(limits.duration * Double(WhisperLimits.sampleRate))
        let positions = (samples + WhisperLimits.samplesPerPosition - 1) / WhisperLimits.samplesPerPosition
        let attention = try decoder.attention(
            rows: context..<end, columns: min(max(positions, 1), limits.positions), cancellation)
        // A token is chosen from the row before it.
        return TimeWarping.starts(attention.dropping(rows: start - 1))
    }

    /// Runs the decoder on tokens whose choices nobody wants, a few at a time: each has logits of 0.2 MB.
    private func feed(_ tokens: ArraySlice<Int>, _ cancellation: EngineCancellation) throws(EngineError) {
        var rest = tokens
        while !rest.isEmpty {
            _ = try decoder.run(Array(rest.prefix(WhisperDraft.most)), cancellation: cancellation)
            rest = rest.dropFirst(WhisperDraft.most)
        }
    }

    /// The likeliest language of a multilingual model.
    private func detectLanguage(_ cancellation: EngineCancellation) throws(EngineError) -> String {
        decoder.rewind(to: 0)
        let result = try decoder.run([model.info.sot], cancellation: cancellation)
        let languages = model.info.languages.sorted { $0.value < $1.value }
        return try result.logits.withElements(of: Float.self) { logits throws(EngineError) in
            languages.max { logits[$0.value] < logits[$1.value] }?.key ?? "en"
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
}
