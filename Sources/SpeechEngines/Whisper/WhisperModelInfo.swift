import FoundationEssentials
import VoicePipeline

/// What `model.json` says of a converted Whisper model: sizes and the ids of special tokens.
package struct WhisperModelInfo: Decodable, Sendable {
    package var name: String
    package var multilingual: Bool
    /// Mel bands.
    package var mels: Int
    /// Positions of the encoder, 20 ms each; 1500 is 30 s.
    package var audioContext: Int
    /// Positions of the decoder, prompt included.
    package var textContext: Int
    /// Length of a hidden vector; `heads` parts.
    package var state: Int
    package var heads: Int
    package var decoderLayers: Int
    package var vocabulary: Int
    /// Prompt of a transcription without timestamps.
    package var sotSequence: [Int]
    package var sot: Int
    package var eot: Int
    package var timestampBegin: Int
    package var noSpeech: Int
    /// Announces text that came before.
    package var startOfPrevious: Int
    package var translate: Int
    package var transcribe: Int
    /// Tokens that are never text of speech.
    package var suppress: [Int]
    /// Token of each language by ISO 639-1 code; empty for an English model.
    package var languages: [String: Int]
    /// Layer and head of each cross-attention that follows the words.
    package var alignmentHeads: [[Int]]

    enum CodingKeys: String, CodingKey {
        case name, multilingual, mels, state, heads, vocabulary, sot, eot, suppress, languages, translate, transcribe
        case audioContext = "audio_context"
        case textContext = "text_context"
        case decoderLayers = "decoder_layers"
        case sotSequence = "sot_sequence"
        case timestampBegin = "timestamp_begin"
        case noSpeech = "no_speech"
        case startOfPrevious = "sot_prev"
        case alignmentHeads = "alignment_heads"
    }

    /// Decoder layers with an alignment head, in order.
    var alignmentLayers: [Int] { Set(alignmentHeads.compactMap(\.first)).sorted() }

    /// Length of one head's vector.
    var headLength: Int { state / heads }

    /// Reads and checks `model.json`.
    /// - Throws: `.unavailable` that says what is wrong with the file.
    package init(json bytes: [UInt8], path: String) throws(EngineError) {
        do {
            self = try JSONDecoder().decode(WhisperModelInfo.self, from: Data(bytes))
        } catch {
            throw .unavailable(
                "\(path) is not a description of a Whisper model (\(Self.reason(error))): \(Self.remedy)")
        }
        if let mistake { throw .unavailable("\(path) is damaged (\(mistake)): \(Self.remedy)") }
    }

    private static let remedy = "run scripts/setup.sh"

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "\(key.stringValue) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "\(context.codingPath.last?.stringValue ?? "the file") has another type than expected"
        default: "it is not JSON"
        }
    }

    /// The first value that is out of range; everything that sizes memory or indexes it is checked.
    private var mistake: String? {
        func out(_ name: String, _ value: Int, _ range: ClosedRange<Int>) -> String? {
            range.contains(value) ? nil : "\(name) is \(value)"
        }
        let sizes =
            out("mels", mels, 1...512) ?? out("audio_context", audioContext, 1...1500)
            ?? out("text_context", textContext, 8...4096) ?? out("state", state, 1...8192)
            ?? out("heads", heads, 1...256) ?? out("decoder_layers", decoderLayers, 1...128)
            ?? out("vocabulary", vocabulary, 1...1_000_000)
        if let sizes { return sizes }
        let ids =
            [("sot", sot), ("eot", eot), ("timestamp_begin", timestampBegin), ("no_speech", noSpeech)]
            + [("sot_prev", startOfPrevious), ("translate", translate), ("transcribe", transcribe)]
            + sotSequence.map { ("sot_sequence", $0) } + suppress.map { ("suppress", $0) }
            + languages.map { ("languages", $0.value) }
        for (name, id) in ids where !(0..<vocabulary).contains(id) { return "\(name) has token \(id)" }
        if !state.isMultiple(of: heads) { return "state is \(state) for \(heads) heads" }
        if !(1...8).contains(sotSequence.count) || sotSequence.first != sot { return "sot_sequence is \(sotSequence)" }
        if multilingual && (languages.isEmpty || sotSequence.count < 3) { return "languages are missing" }
        let heads = (0..<decoderLayers, 0..<self.heads)
        for head in alignmentHeads
        where head.count != 2 || !heads.0.contains(head[0]) || !heads.1.contains(head[1]) {
            return "alignment_heads has \(head)"
        }
        return nil
    }
}
