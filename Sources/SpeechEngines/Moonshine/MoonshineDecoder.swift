import VoicePipeline

/// The decoder graph at work on one piece of audio: a token in, the logits of the next one out.
///
/// The keys and values of the text grow by a row with each token, so that there are two sets of buffers: a run reads one and
/// writes the other.
final class MoonshineDecoder {
    private let model: MoonshineModel
    /// The first run gives the audio's keys and values, which all later ones read and do not give again.
    private let first: ONNXBinding
    private let later: ONNXBinding
    private let token: ONNXTensor
    private let isCached: ONNXTensor
    private let logits: ONNXTensor
    /// Two sets with room for the longest text; of each the keys and values in the order of `MoonshineModel.caches`.
    private let buffers: [[ONNXTensor]]
    private let room: Int
    /// Tokens that were run.
    private var past = 0

    /// - Parameters:
    ///   - hidden: what the encoder made of the audio.
    ///   - mask: one for each sample.
    ///   - room: tokens that will be run at most.
    init(_ model: MoonshineModel, hidden: ONNXTensor, mask: ONNXTensor, room: Int) throws(EngineError) {
        let runtime = model.runtime
        self.model = model
        self.room = max(1, room)
        first = try ONNXBinding(model.decoder)
        later = try ONNXBinding(model.decoder)
        token = try ONNXTensor(runtime, shape: [1, 1], repeating: Int64(0))
        isCached = try ONNXTensor(runtime, shape: [1], repeating: false)
        logits = try ONNXTensor(runtime, shape: [1, 1, model.vocabulary], repeating: Float(0))
        var buffers: [[ONNXTensor]] = []
        for _ in 0..<2 {
            var set: [ONNXTensor] = []
            for _ in 0..<2 * model.layers {
                set.append(
                    try ONNXTensor(
                        runtime, shape: [1, model.heads, self.room, model.headLength], repeating: Float(0)))
            }
            buffers.append(set)
        }
        self.buffers = buffers
        for binding in [first, later] {
            try binding.bind(input: "input_ids", to: token)
            try binding.bind(input: "use_cache_branch", to: isCached)
            try binding.bind(input: "encoder_hidden_states", to: hidden)
            try binding.bind(input: "encoder_attention_mask", to: mask)
            try binding.bind(output: "logits", to: logits)
        }
        try bindAudio(positions: hidden.shape.count == 3 ? hidden.shape[1] : 0)
    }

    private func bindAudio(positions: Int) throws(EngineError) {
        for name in MoonshineModel.caches(model.layers, of: "present").suffix(2 * model.layers) {
            let tensor = try ONNXTensor(
                model.runtime, shape: [1, model.heads, positions, model.headLength], repeating: Float(0))
            let input = name.replacing("present", with: "past_key_values")
            try first.bind(input: input, to: view(tensor, rows: 0))
            try first.bind(output: name, to: tensor)
            try later.bind(input: input, to: tensor)
        }
    }

    /// Runs the graph on the next token.
    /// - Returns: `model.vocabulary` logits, valid until the next run.
    func run(_ next: Int) throws(EngineError) -> ONNXTensor {
        guard past < room else { throw .invalidInput("there is room for \(room) tokens") }
        try token.withElements(of: Int64.self) { $0[0] = Int64(next) }
        try isCached.withElements(of: Bool.self) { $0[0] = past > 0 }
        let inputs = MoonshineModel.caches(model.layers, of: "past_key_values")
        let outputs = MoonshineModel.caches(model.layers, of: "present")
        let binding = past == 0 ? first : later
        let (read, written) = (buffers[past % 2], buffers[(past + 1) % 2])
        for index in 0..<2 * model.layers {
            try binding.bind(input: inputs[index], to: view(read[index], rows: past))
            try binding.bind(output: outputs[index], to: view(written[index], rows: past + 1))
        }
        try binding.run()
        past += 1
        return logits
    }

    private func view(_ buffer: ONNXTensor, rows: Int) throws(EngineError) -> ONNXTensor {
        try ONNXTensor(sharing: buffer, shape: [1, model.heads, rows, model.headLength])
    }
}
