import VoicePipeline

/// A chat model's reply on its way to the voice.
enum SpeechClaims {
    static func check(_ bytes: [UInt8]) {
        let text = String(decoding: bytes.prefix(2_048), as: UTF8.self)
        _ = SpokenText.clean(text)
        for length in [20, 200] {
            let whole = SentenceSplitter.pieces(of: text, maximumLength: length)
            fit(whole, length)
            var splitter = SentenceSplitter(maximumLength: length)
            var pieces: [String] = []
            for scalar in text.unicodeScalars { pieces += splitter.add(String(scalar)) }
            pieces += splitter.finish()
            fit(pieces, length)
        }
    }

    private static func fit(_ pieces: [String], _ length: Int) {
        for piece in pieces {
            claim(!piece.isEmpty, "a piece is empty")
            // Marks become words at most a few characters longer.
            claim(piece.count <= length * 12, "a piece of \(piece.count) characters")
        }
    }
}
