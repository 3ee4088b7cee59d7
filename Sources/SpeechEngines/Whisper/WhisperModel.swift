import VoicePipeline

/// A loaded Whisper model; immutable, shared by all streams.
final class WhisperModel: Sendable {
    let info: WhisperModelInfo
    let tokens: WhisperTokens
    let mel: LogMel
    let runtime: ONNXRuntime
    let encoder: ONNXSession
    let decoder: ONNXSession
    /// Whether the decoder says which moments of the audio it looks at.
    let knowsTimes: Bool
    /// Made when the first text has to be turned into tokens.
    private let bytePairs = Guarded<BytePairEncoder?>(nil)
    /// For every token 0, or a large negative number for one that must not be chosen.
    let suppression: [Float]

    init(_ runtime: ONNXRuntime, folder: String, precision: WhisperPrecision) throws(EngineError) {
        let files = try WhisperModelFiles(folder: folder, precision: precision)
        let info = files.info
        self.runtime = runtime
        self.info = info
        tokens = files.tokens
        mel = try LogMel(filters: files.filters)
        var suppression = [Float](repeating: 0, count: info.vocabulary)
        // Timestamps as well: the text is wanted without them.
        for token in info.suppress + Array(info.timestampBegin..<info.vocabulary) { suppression[token] = -1e9 }
        self.suppression = suppression
        encoder = try ONNXSession(runtime, model: files.encoder)
        decoder = try ONNXSession(runtime, model: files.decoder)
        let queries = info.alignmentLayers.map {
            ONNXPort(name: "q\($0)", elementType: .float, shape: [1, nil, info.state])
        }
        let outputs = decoder.outputs
        knowsTimes = !queries.isEmpty && queries.allSatisfy { query in outputs.contains { $0.fits(query) } }
        try encoder.validate(inputs: Self.encoderInputs(info), outputs: Self.crossPorts(info))
        try decoder.validate(inputs: Self.decoderInputs(info), outputs: Self.decoderOutputs(info))
    }

    /// Tokens of what came before an utterance: see `WhisperModelInfo.context`.
    func context(_ options: RecognitionOptions) -> [Int] {
        guard !options.prompt.isEmpty || !options.hotWords.isEmpty else { return [] }
        let encoder = bytePairs.withLock { encoder in
            let made = encoder ?? BytePairEncoder(tokens)
            encoder = made
            return made
        }
        return info.context(prompt: options.prompt, hotWords: options.hotWords, encoder)
    }

    private static func encoderInputs(_ info: WhisperModelInfo) -> [ONNXPort] {
        [ONNXPort(name: "mel", elementType: .float, shape: [1, info.mels, nil])]
    }

    /// Keys and values of the audio, one pair a decoder layer.
    private static func crossPorts(_ info: WhisperModelInfo) -> [ONNXPort] {
        crossNames(info).map {
            ONNXPort(name: $0, elementType: .float, shape: [1, info.heads, nil, info.headLength])
        }
    }

    private static func decoderInputs(_ info: WhisperModelInfo) -> [ONNXPort] {
        let scalars = [
            ONNXPort(name: "tokens", elementType: .int64, shape: [1, nil]),
            ONNXPort(name: "pos", elementType: .int64, shape: [1, nil]),
            ONNXPort(name: "seqlens_k", elementType: .int32, shape: [1]),
            ONNXPort(name: "total_len", elementType: .int32, shape: []),
            ONNXPort(name: "suppress", elementType: .float, shape: [info.vocabulary]),
        ]
        return scalars + crossPorts(info) + selfPorts(info, "p")
    }

    private static func decoderOutputs(_ info: WhisperModelInfo) -> [ONNXPort] {
        let results = [
            ONNXPort(name: "next", elementType: .int64, shape: [1, nil]),
            ONNXPort(name: "logits", elementType: .float, shape: [1, nil, info.vocabulary]),
        ]
        return results + selfPorts(info, "n")
    }

    private static func selfPorts(_ info: WhisperModelInfo, _ prefix: String) -> [ONNXPort] {
        (0..<info.decoderLayers).flatMap { layer in
            ["k", "v"].map {
                ONNXPort(
                    name: "\(prefix)\($0)\(layer)", elementType: .float,
                    shape: [1, info.heads, info.textContext, info.headLength])
            }
        }
    }

    static func crossNames(_ info: WhisperModelInfo) -> [String] {
        (0..<info.decoderLayers).flatMap { ["ck\($0)", "cv\($0)"] }
    }
}
