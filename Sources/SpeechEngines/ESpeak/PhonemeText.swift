/// What libespeak-ng writes for phonemes, as a voice's table of symbols has it.
package enum PhonemeText {
    /// Takes out the marks of a change of language, such as `(en)`, and decomposes letters with marks.
    /// - Parameter isEnglish: takes out the glide, too, that espeak-ng 1.52 writes between vowels ("ðɪʲ ˈɛnd") and
    ///   1.51 does not: English has no other use for the sign, and voices were trained without it.
    package static func symbols(_ phonemes: String, isEnglish: Bool) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var scalars = phonemes.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            if scalar == "(", let end = scalars.firstIndex(of: ")"), end > scalars.startIndex {
                scalars = scalars[scalars.index(after: end)...]
            } else if isEnglish, scalar == "ʲ" {
                continue
            } else if let (letter, mark) = composed[scalar] {
                result += [letter, mark]
            } else {
                result.append(scalar)
            }
        }
        return result
    }

    /// The composed letters among phonetic symbols: cedilla and nasal vowels. Voices are trained on decomposed text.
    private static let composed: [Unicode.Scalar: (Unicode.Scalar, Unicode.Scalar)] = [
        "ç": ("c", "\u{327}"), "ã": ("a", "\u{303}"), "ẽ": ("e", "\u{303}"), "ĩ": ("i", "\u{303}"),
        "õ": ("o", "\u{303}"), "ũ": ("u", "\u{303}"), "ỹ": ("y", "\u{303}"), "ñ": ("n", "\u{303}"),
    ]
}
