/// Emoji and other characters that are drawn rather than read.
enum Decoration {
    /// What is spoken in place of a character: itself, a space for a picture, nothing for what is invisible.
    static func spoken(_ character: Character) -> [Character] {
        let scalars = character.unicodeScalars
        guard let first = scalars.first, !first.isASCII || scalars.count > 1 else {
            // Control characters have no sound either; "\t" is a space.
            guard let value = character.asciiValue, value < 32 || value == 127 else { return [character] }
            return value == 9 ? [" "] : []
        }
        // A key cap is its digit.
        if first.isASCII, first.properties.numericType != nil, scalars.contains("\u{20E3}") {
            return [Character(first)]
        }
        if scalars.contains(where: { $0.properties.isEmojiPresentation || $0 == "\u{FE0F}" }) { return [" "] }
        switch first.properties.generalCategory {
        case .format, .control, .privateUse, .surrogate, .unassigned: return []
        case .otherSymbol: return read.contains(first) ? [character] : [" "]
        case .mathSymbol: return arrows.contains(first.value) ? [" "] : [character]
        default: return [character]
        }
    }

    /// Symbols that have a name in speech: degree, copyright, registered, trade mark, Celsius, Fahrenheit, number.
    private static let read: Set<Unicode.Scalar> = ["°", "©", "®", "™", "℃", "℉", "№"]
    private static let arrows: ClosedRange<UInt32> = 0x2190...0x21FF
}
