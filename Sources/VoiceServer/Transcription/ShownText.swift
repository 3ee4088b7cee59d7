/// What a client wrote, as it may stand in a sentence.
enum ShownText {
    /// The first 64 characters, without control characters.
    static func short(_ text: String) -> String {
        String(
            text.unicodeScalars.prefix(64).filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
                .map(Character.init))
    }
}
