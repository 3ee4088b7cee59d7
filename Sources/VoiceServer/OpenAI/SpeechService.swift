import Transport
import VoicePipeline

/// `POST /v1/audio/speech`: text in, sound out as it is made.
/// - Source: OpenAI's API reference, audio.
public struct SpeechService: Sendable {
    let voice: any SpeechSynthesizer
    let resampler: any AudioResampler
    let encoder: any AudioFormatEncoder
    /// Texts that are spoken, one after the other.
    let queue: TranscriptionQueue
    let wordsPerMinute: Int

    /// Bytes of a request; each of 4,096 characters may be written as `\u0000`, twice.
    static let requestBytes = 128 * 1024
    /// Longer texts let shorter ones pass.
    private static let longText = 400

    public init(
        voice: any SpeechSynthesizer, resampler: any AudioResampler, encoder: any AudioFormatEncoder,
        queue: TranscriptionQueue, wordsPerMinute: Int
    ) {
        self.voice = voice
        self.resampler = resampler
        self.encoder = encoder
        self.queue = queue
        self.wordsPerMinute = wordsPerMinute
    }

    func speak(_ request: HTTPRequest, _ responder: HTTPResponder, _ visitor: Visitor) async throws {
        let body = try await request.body.collect(upTo: Self.requestBytes)
        let options = try SpeechOptions(json: body, voice: voice.name)
        await responder.endWithPeer()
        let turn = TranscriptionSchedule.Request(
            client: visitor.client, isLong: options.input.utf8.count > Self.longText)
        try await queue.withTurn(turn) {
            var pieces = SentenceSplitter.pieces(of: options.input)[...]
            let rate = voice.sampleRate
            let stream = try encoder.makeEncoder(options.format, sampleRate: rate)
            // With the first piece it shows whether there is a voice; after it the answer has begun.
            var prepared = try await prepareNext(&pieces, options, .turn)
            try await responder.stream(
                200, headers: ["content-type": options.format.contentType, "cache-control": "no-store"]
            ) { writer in
                var priority = EnginePriority.turn
                while let speech = prepared {
                    while let samples = try await speech.next(priority: priority) {
                        priority = .continuation
                        let bytes = try await encode(samples, at: speech.sampleRate, rate, stream)
                        try await writer.write(bytes)
                    }
                    prepared = try await prepareNext(&pieces, options, .continuation)
                }
                try await writer.write(try stream.finish())
            }
        }
    }

    private func prepareNext(
        _ pieces: inout ArraySlice<String>, _ options: SpeechOptions, _ priority: EnginePriority
    ) async throws -> (any PreparedSpeech)? {
        guard let piece = pieces.popFirst() else { return nil }
        return try await voice.prepare(
            piece,
            options: SynthesisOptions(
                wordsPerMinute: options.wordsPerMinute(usual: wordsPerMinute), priority: priority))
    }

    /// Not on the loop, which has others to serve meanwhile.
    private func encode(
        _ samples: [Float], at own: Int, _ rate: Int, _ stream: any AudioFormatStream
    ) async throws -> [UInt8] {
        let resampler = resampler
        return try await withTaskExecutorPreference(globalConcurrentExecutor) {
            // A voice that steps in for another may have a rate of its own.
            let samples = own == rate ? samples : try resampler.resample(samples, from: own, to: rate)
            return try stream.append(samples)
        }
    }
}
