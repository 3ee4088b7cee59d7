/// Spells out what English runs together, so that skills know one form of each.
enum Contractions {
    static func expanded(_ word: String) -> [String] {
        if let known = table[word] { return known }
        if word.hasSuffix("'s") { return [String(word.dropLast(2))] }
        if word.hasSuffix("s'") { return [String(word.dropLast())] }
        if word.contains("'") { return [word.filter { $0 != "'" }] }
        return [word]
    }

    private static let table: [String: [String]] = [
        "what's": ["what", "is"], "whats": ["what", "is"], "what're": ["what", "are"], "who's": ["who", "is"],
        "how's": ["how", "is"], "hows": ["how", "is"], "when's": ["when", "is"], "where's": ["where", "is"],
        "it's": ["it", "is"], "that's": ["that", "is"], "there's": ["there", "is"], "here's": ["here", "is"],
        "let's": ["let", "us"], "i'm": ["i", "am"], "you're": ["you", "are"], "i'd": ["i", "would"],
        "i'll": ["i", "will"], "i've": ["i", "have"], "don't": ["do", "not"], "can't": ["can", "not"],
        "cannot": ["can", "not"], "won't": ["will", "not"], "doesn't": ["does", "not"], "isn't": ["is", "not"],
        "didn't": ["did", "not"], "gimme": ["give", "me"], "lemme": ["let", "me"], "how'd": ["how", "did"],
        "o'clock": ["oclock"], "mom's": ["moms"], "dad's": ["dads"],
        // Spellings of one word.
        "o": ["oh"], "alright": ["okay"], "ok": ["okay"], "pls": ["please"], "hallo": ["hello"],
        "tonite": ["tonight"], "favourite": ["favorite"], "timers's": ["timers"], "cancelled": ["canceled"],
    ]
}
