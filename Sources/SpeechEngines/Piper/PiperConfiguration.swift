import FoundationEssentials
import VoicePipeline

/// What `voice.onnx.json` says about a Piper voice.
package struct PiperConfiguration: Equatable, Sendable {
    /// Hz.
    package var sampleRate: Int
    /// Voice of espeak-ng that gives the phonemes, such as `en-us`.
    package var phonemeVoice: String
    /// Randomness of the sound; 0 is the same every time.
    package var noiseScale: Float
    /// Randomness of the sounds' lengths; 0 is the same every time.
    package var noiseWidth: Float
    /// What the model takes for each symbol.
    package var symbols: [Unicode.Scalar: [Int64]]

    /// Reads the file's content.
    /// - Parameters:
    ///   - json: the file's bytes.
    ///   - path: named in messages.
    /// - Throws: `.unavailable` that says what is wrong or missing.
    package init(json: [UInt8], path: String) throws(EngineError) {
        let file: File
        do {
            file = try JSONDecoder().decode(File.self, from: Data(json))
        } catch {
            throw .unavailable(
                "\(path) is not a Piper voice's description (\(Self.reason(error))): run scripts/setup.sh")
        }
        func require(_ condition: Bool, _ reason: String) throws(EngineError) {
            guard condition else { throw .unavailable("\(path) cannot be used: \(reason).") }
        }
        try require(
            (8_000...48_000).contains(file.audio.sample_rate), "its sample rate is \(file.audio.sample_rate) Hz")
        try require(
            file.phoneme_type ?? "espeak" == "espeak", "its phonemes are of the type \"\(file.phoneme_type ?? "")\"")
        try require(
            file.num_speakers ?? 1 == 1, "it has \(file.num_speakers ?? 1) speakers, and only voices with one are known"
        )
        sampleRate = file.audio.sample_rate
        phonemeVoice = file.espeak.voice
        noiseScale = file.inference?.noise_scale ?? 0.667
        noiseWidth = file.inference?.noise_w ?? 0.8
        let scales = [noiseScale, noiseWidth]
        try require(scales.allSatisfy { (0...10).contains($0) }, "its scales are \(scales)")
        symbols = [:]
        for (symbol, ids) in file.phoneme_id_map {
            try require(
                (1...4).contains(ids.count) && ids.allSatisfy { (0..<100_000).contains($0) },
                "the symbol \"\(symbol)\" has the ids \(ids.prefix(4))")
            // Symbols of several letters belong to kinds of phonemes that are not used here.
            if symbol.unicodeScalars.count == 1, let scalar = symbol.unicodeScalars.first { symbols[scalar] = ids }
        }
        for needed in PhonemeEncoder.frame where symbols[needed] == nil {
            throw .unavailable("\(path) cannot be used: it has no id for the symbol \"\(needed)\".")
        }
    }

    /// The file's layout, as far as it matters. Names are the file's own.
    private struct File: Decodable {
        struct Audio: Decodable { var sample_rate: Int }
        struct Espeak: Decodable { var voice: String }
        struct Inference: Decodable {
            var noise_scale: Float?
            var noise_w: Float?
        }
        var audio: Audio
        var espeak: Espeak
        var inference: Inference?
        var phoneme_type: String?
        var num_speakers: Int?
        var phoneme_id_map: [String: [Int64]]
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "\"\(context.codingPath.map(\.stringValue).joined(separator: "."))\" has another type"
        default: "it is not JSON"
        }
    }
}
