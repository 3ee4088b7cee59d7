import VoicePipeline

/// A Moonshine model as its authors publish it: two graphs and a table of tokens. Shared by all streams.
///
///     samples ─► encoder ─► hidden states ─► decoder ─► one token after the other
/// - Source: the input and output names of the published graphs (`encoder_model`, `decoder_model_merged`).
final class MoonshineModel: Sendable {
    let runtime: ONNXRuntime
    let encoder: ONNXSession
    let decoder: ONNXSession
    let tokens: MoonshineTokens
    let layers: Int
    let heads: Int
    let headLength: Int
    let vocabulary: Int

    /// - Throws: `.unavailable` when a file is missing, damaged, or does not fit the others.
    init(_ runtime: ONNXRuntime, folder: String) throws(EngineError) {
        let path = "\(folder)/tokenizer.bin"
        self.runtime = runtime
        tokens = try MoonshineTokens(file: BoundedFile.read(path, limit: 4 << 20), path: path)
        encoder = try ONNXSession(runtime, model: "\(folder)/encoder_model.ort")
        decoder = try ONNXSession(runtime, model: "\(folder)/decoder_model_merged.ort")
        try encoder.validate(
            inputs: [
                ONNXPort(name: "input_values", elementType: .float, shape: [nil, nil]),
                ONNXPort(name: "attention_mask", elementType: .int64, shape: [nil, nil]),
            ], outputs: [ONNXPort(name: "last_hidden_state", elementType: .float, shape: [nil, nil, nil])])
        guard let cache = decoder.inputs.first(where: { $0.name == "past_key_values.0.decoder.key" })?.shape,
            cache.count == 4, let heads = cache[1], let headLength = cache[3], heads > 0, headLength > 0,
            let logits = decoder.outputs.first(where: { $0.name == "logits" })?.shape, logits.count == 3,
            let vocabulary = logits[2], vocabulary > MoonshineTokens.end
        else { throw .unavailable("\(decoder.path) is not a Moonshine decoder") }
        layers = decoder.inputs.count { $0.name.hasSuffix(".decoder.key") }
        self.heads = heads
        self.headLength = headLength
        self.vocabulary = vocabulary
        try decoder.validate(inputs: Self.inputs(layers, heads, headLength), outputs: [])
        for name in Self.caches(layers, of: "present") where !decoder.outputs.contains(where: { $0.name == name }) {
            throw .unavailable("\(decoder.path) is not a Moonshine decoder: it has no output \(name)")
        }
    }

    /// Names of the keys and values that a run reads (`past_key_values`) or gives (`present`), those of the text first.
    static func caches(_ layers: Int, of prefix: String) -> [String] {
        ["decoder", "encoder"].flatMap { side in
            (0..<layers).flatMap { layer in
                ["key", "value"].map { "\(prefix).\(layer).\(side).\($0)" }
            }
        }
    }

    private static func inputs(_ layers: Int, _ heads: Int, _ headLength: Int) -> [ONNXPort] {
        [
            ONNXPort(name: "input_ids", elementType: .int64, shape: [nil, nil]),
            ONNXPort(name: "encoder_hidden_states", elementType: .float, shape: [nil, nil, nil]),
            ONNXPort(name: "encoder_attention_mask", elementType: .int64, shape: [nil, nil]),
            ONNXPort(name: "use_cache_branch", elementType: .bool, shape: [1]),
        ]
            + caches(layers, of: "past_key_values").map {
                ONNXPort(name: $0, elementType: .float, shape: [nil, heads, nil, headLength])
            }
    }
}
