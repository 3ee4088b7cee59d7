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
        /// [1, tokens, state] of each alignment layer; none unless they are kept.
        let queries: [ONNXTensor]
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
    /// What each token asked of the audio, for each alignment layer [text context, state]; empty unless it is kept.
    private var queries: [[Float]] = []
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
    /// - Parameters:
    ///   - audio: what the encoder made of it, in the order of `WhisperModel.crossNames`.
    ///   - keepingQueries: `attention` will be asked for; only for a model that `knowsTimes`.
    func begin(_ audio: [ONNXTensor], keepingQueries: Bool) {
        let layers = keepingQueries ? model.info.alignmentLayers.count : 0
        if queries.count != layers {
            let empty = [Float](repeating: 0, count: model.info.textContext * model.info.state)
            queries = [[Float]](repeating: empty, count: layers)
        }
        cross = zip(WhisperModel.crossNames(model.info), audio).map { (name: $0, tensor: $1) }
        batches = [:]
        past = 0
    }

    /// Ends an utterance and lets go of its audio.
    func end() {
        cross = []
        batches = [:]
        queries = []
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
        try keepQueries(batch)
        self.past += tokens.count
        let choices = try batch.next.withElements(of: Int64.self) { elements throws(EngineError) in
            elements.map { Int(truncatingIfNeeded: $0) }
        }
        return Result(choices: choices, logits: batch.logits)
    }

    private func keepQueries(_ batch: Batch) throws(EngineError) {
        for (index, tensor) in batch.queries.enumerated() {
            let start = past * model.info.state
            try tensor.withElements(of: Float.self) { elements throws(EngineError) in
                queries[index].replaceSubrange(start..<start + elements.count, with: elements)
            }
        }
    }

    /// Which moments of the audio the decoder looked at while it read some of its tokens.
    /// - Parameters:
    ///   - rows: positions of the tokens, which have been run.
    ///   - columns: positions of the audio that count.
    func attention(
        rows: Range<Int>, columns: Int, _ cancellation: EngineCancellation
    ) throws(EngineError) -> CrossAttention {
        let info = model.info
        var attention = CrossAttention(rows: rows.count, columns: columns)
        for head in info.alignmentHeads {
            try cancellation.check()
            guard let index = info.alignmentLayers.firstIndex(of: head[0]), queries.indices.contains(index),
                let keys = cross.first(where: { $0.name == "ck\(head[0])" })?.tensor, !rows.isEmpty
            else { continue }
            let first = rows.lowerBound * info.state + head[1] * info.headLength
            let asked = queries[index][first..<(rows.upperBound - 1) * info.state + (head[1] + 1) * info.headLength]
            let size = keys.shape[2] * info.headLength
            try keys.withElements(of: Float.self) { keys throws(EngineError) in
                asked.withUnsafeBufferPointer { asked in
                    attention.add(
                        queries: asked, stride: info.state,
                        keys: UnsafeBufferPointer(rebasing: keys[head[1] * size..<(head[1] + 1) * size]),
                        length: info.headLength)
                }
            }
        }
        return attention
    }

    private func batch(of count: Int) throws(EngineError) -> Batch {
        if let batch = batches[count] { return batch }
        let runtime = model.runtime
        if count > logits.shape[1] {
            // Whoever is bound to the smaller room keeps it.
            logits = try ONNXTensor(runtime, shape: [1, count, model.info.vocabulary], repeating: Float(0))
        }
        var queryRows: [ONNXTensor] = []
        for _ in queries {
            queryRows.append(try ONNXTensor(runtime, shape: [1, count, model.info.state], repeating: Float(0)))
        }
        let batch = Batch(
            tokens: try ONNXTensor(runtime, shape: [1, count], repeating: Int64(0)),
            positions: try ONNXTensor(runtime, shape: [1, count], repeating: Int64(0)),
            next: try ONNXTensor(runtime, shape: [1, count], repeating: Int64(0)),
            logits: try ONNXTensor(sharing: logits, shape: [1, count, model.info.vocabulary]),
            queries: queryRows,
            binding: try ONNXBinding(model.decoder))
        let binding = batch.binding
        try binding.bind(input: "tokens", to: batch.tokens)
        try binding.bind(input: "pos", to: batch.positions)
        try binding.bind(input: "seqlens_k", to: lastPosition)
        try binding.bind(input: "total_len", to: total)
        try binding.bind(input: "suppress", to: suppression)
        try binding.bind(output: "next", to: batch.next)
        try binding.bind(output: "logits", to: batch.logits)
        for (layer, tensor) in zip(model.info.alignmentLayers, batch.queries) {
            try binding.bind(output: "q\(layer)", to: tensor)
        }
        for (name, tensor) in cross { try binding.bind(input: name, to: tensor) }
        for (name, tensor) in keysAndValues {
            try binding.bind(input: "p\(name)", to: tensor)
            try binding.bind(output: "n\(name)", to: tensor)
        }
        batches[count] = batch
        return batch
    }
}
