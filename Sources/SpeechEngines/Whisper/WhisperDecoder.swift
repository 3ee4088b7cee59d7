import VoicePipeline

/// The decoder graph and its memory of what was said, for one utterance at a time.
///
/// The graph writes the keys and values of new tokens into the same buffers that it reads the old ones from, so a
/// token costs no copy.
final class WhisperDecoder {
    /// What the graph says about a row of tokens.
    struct Result {
        /// The best token after each one, suppression applied.
        var choices: [Int]
        /// [1, tokens, vocabulary]; valid until the next run.
        var logits: ONNXTensor
    }

    /// Tensors for runs of a fixed number of tokens.
    private struct Batch {
        let tokens: ONNXTensor
        let positions: ONNXTensor
        let next: ONNXTensor
        let logits: ONNXTensor
        let binding: ONNXBinding
    }

    private let model: WhisperModel
    private let lastPosition: ONNXTensor
    private let total: ONNXTensor
    private let suppression: ONNXTensor
    private let keysAndValues: [(name: String, tensor: ONNXTensor)]
    private var cross: [(name: String, tensor: ONNXTensor)] = []
    private var batches: [Int: Batch] = [:]
    /// Room for logits, which grows to the longest row of tokens; kept, because fresh memory costs more than the run.
    private var logits: ONNXTensor
    /// Tokens whose keys and values are in the buffers.
    private(set) var past = 0

    init(_ model: WhisperModel) throws(EngineError) {
        let info = model.info
        let runtime = model.runtime
        self.model = model
        lastPosition = try ONNXTensor(runtime, shape: [1], repeating: Int32(0))
        total = try ONNXTensor(runtime, shape: [], repeating: Int32(0))
        suppression = try ONNXTensor(runtime, model.suppression, shape: [info.vocabulary])
        logits = try ONNXTensor(runtime, shape: [1, 1, info.vocabulary], repeating: Float(0))
        var keysAndValues: [(name: String, tensor: ONNXTensor)] = []
        for layer in 0..<info.decoderLayers {
            for kind in ["k", "v"] {
                let tensor = try ONNXTensor(
                    runtime, shape: [1, info.heads, info.textContext, info.headLength], repeating: Float(0))
                keysAndValues.append(("\(kind)\(layer)", tensor))
            }
        }
        self.keysAndValues = keysAndValues
    }

    /// Begins an utterance.
    /// - Parameter audio: what the encoder made of it, in the order of `WhisperModel.crossNames`.
    func begin(_ audio: [ONNXTensor]) {
        cross = zip(WhisperModel.crossNames(model.info), audio).map { (name: $0, tensor: $1) }
        batches = [:]
        past = 0
    }

    /// Ends an utterance and lets go of its audio.
    func end() {
        cross = []
        batches = [:]
    }

    /// Forgets what was run behind the first `count` tokens.
    func rewind(to count: Int) {
        past = min(past, max(count, 0))
    }

    /// Runs the graph on the next tokens.
    /// - Parameter tokens: at least one; together with those before at most the model's text context.
    func run(_ tokens: [Int], cancellation: EngineCancellation?) throws(EngineError) -> Result {
        guard !tokens.isEmpty, past + tokens.count <= model.info.textContext else {
            throw .invalidInput("\(tokens.count) tokens do not fit behind \(past)")
        }
        let batch = try batch(of: tokens.count)
        let past = past
        try batch.tokens.withElements(of: Int64.self) { elements throws(EngineError) in
            for (index, token) in tokens.enumerated() { elements[index] = Int64(token) }
        }
        try batch.positions.withElements(of: Int64.self) { elements throws(EngineError) in
            for index in tokens.indices { elements[index] = Int64(past + index) }
        }
        try lastPosition.withElements(of: Int32.self) { elements throws(EngineError) in
            elements[0] = Int32(past + tokens.count - 1)
        }
        try total.withElements(of: Int32.self) { elements throws(EngineError) in
            elements[0] = Int32(past + tokens.count)
        }
        try batch.binding.run(cancellation: cancellation)
        self.past += tokens.count
        let choices = try batch.next.withElements(of: Int64.self) { elements throws(EngineError) in
            elements.map { Int(truncatingIfNeeded: $0) }
        }
        return Result(choices: choices, logits: batch.logits)
    }

    private func batch(of count: Int) throws(EngineError) -> Batch {
        if let batch = batches[count] { return batch }
        let runtime = model.runtime
        if count > logits.shape[1] {
            // Whoever is bound to the smaller room keeps it.
            logits = try ONNXTensor(runtime, shape: [1, count, model.info.vocabulary], repeating: Float(0))
        }
        let batch = Batch(
            tokens: try ONNXTensor(runtime, shape: [1, count], repeating: Int64(0)),
            positions: try ONNXTensor(runtime, shape: [1, count], repeating: Int64(0)),
            next: try ONNXTensor(runtime, shape: [1, count], repeating: Int64(0)),
            logits: try ONNXTensor(sharing: logits, shape: [1, count, model.info.vocabulary]),
            binding: try ONNXBinding(model.decoder))
        let binding = batch.binding
        try binding.bind(input: "tokens", to: batch.tokens)
        try binding.bind(input: "pos", to: batch.positions)
        try binding.bind(input: "seqlens_k", to: lastPosition)
        try binding.bind(input: "total_len", to: total)
        try binding.bind(input: "suppress", to: suppression)
        try binding.bind(output: "next", to: batch.next)
        try binding.bind(output: "logits", to: batch.logits)
        for (name, tensor) in cross { try binding.bind(input: name, to: tensor) }
        for (name, tensor) in keysAndValues {
            try binding.bind(input: "p\(name)", to: tensor)
            try binding.bind(output: "n\(name)", to: tensor)
        }
        batches[count] = batch
        return batch
    }
}
