/// Finds where the first piece of an answer may end before its sentence does, so that speaking can begin early.
///
/// ```
///  "It is 3.5 km, as far as I | know."        behind a clause mark, from the third word on
///  "The weather in Paris is sunny today | with light wind."
///                                             before a word that begins a phrase, from the fifth word on
/// ```
/// Both halves keep at least two words, and what is said in one breath stays together: numbers and dates, names,
/// an article and its noun.
enum ClauseCutter {
    /// Words before a clause mark at least.
    static let wordsBeforeMark = 3
    /// Words before a phrase at least; from `wordsBeforeWeak` on before a weaker one, from `wordsBeforeAny` on anywhere.
    static let wordsBeforePhrase = 5
    static let wordsBeforeWeak = 7
    static let wordsBeforeAny = 12

    /// - Parameters:
    ///   - index: a place in `characters`; only white space behind a word can be one to cut at.
    ///   - start: where the piece begins.
    ///   - limit: where a piece that begins at `start` ends at the latest; nothing behind it counts.
    ///   - isFinal: nothing will follow `characters`.
    static func find(
        at index: Int, in characters: [Character], from start: Int, limit: Int, isFinal: Bool
    ) -> SentenceEnd.Finding {
        guard index > start, characters[index].isWhitespace, !characters[index].isNewline,
            !characters[index - 1].isWhitespace
        else { return .none }
        let before = words(in: characters[start..<index])
        guard before.count >= wordsBeforeMark, let last = lastToken(in: characters[start..<index]),
            !isOpen(characters[start..<index])
        else { return .none }
        let isMarked = endsClause(last)
        guard isMarked || before.count >= wordsBeforePhrase else { return .none }

        var ahead = Lookahead(characters: characters, limit: limit, isFinal: isFinal, position: index)
        let next: ArraySlice<Character>
        switch ahead.token() {
        case .token(let token): next = token
        case .undecided: return .undecided
        case .none: return .none
        }
        // One word may not be left alone: another must follow in the same sentence.
        guard !endsSentence(next, in: characters) else { return .none }
        if isMarked {
            // "March 4, 2026", "1, 2, 3".
            return isNumber(last) && isNumber(next) ? .none : .end(next.startIndex)
        }
        let following: Character
        switch ahead.first() {
        case .character(let character): following = character
        case .undecided: return .undecided
        case .none: return .none
        }
        guard let spoken = before.last, mayEnd(spoken, last), begins(next, after: before.count) else { return .none }
        // "Trinidad and Tobago".
        if spoken.first?.isUppercase == true, following.isUppercase { return .none }
        guard NumberWord.isOne(spoken) else { return .end(next.startIndex) }
        // "3 and 5", "one in ten", "twenty five".
        if NumberWord.isOne(word(next)) { return .none }
        switch ahead.token() {
        case .token(let token): return NumberWord.isOne(word(token)) ? .none : .end(next.startIndex)
        case .undecided: return .undecided
        case .none: return .none
        }
    }

    /// Whether a phrase begins behind the white space at `index`; what follows its first word is not looked at.
    /// - Parameter piece: from where the piece begins to where it ends at the latest.
    static func isPhrase(behind index: Int, in piece: ArraySlice<Character>) -> Bool {
        guard index > piece.startIndex, index + 1 < piece.endIndex else { return false }
        let next = piece[(index + 1)...].prefix { !$0.isWhitespace }
        guard let last = lastToken(in: piece[..<index]), !next.isEmpty, next.endIndex < piece.endIndex
        else { return false }
        let spoken = word(last)
        return mayEnd(spoken, last) && !NumberWord.isOne(spoken) && begins(next, after: wordsBeforePhrase)
    }

    // MARK: - Words

    private static func words(in characters: ArraySlice<Character>) -> [String] {
        characters.split(whereSeparator: \.isWhitespace).map(word).filter { !$0.isEmpty }
    }

    /// The letters, digits and what stands between them.
    private static func word(_ token: ArraySlice<Character>) -> String {
        let isPart = { (character: Character) in character.isLetter || character.isNumber }
        guard let first = token.firstIndex(where: isPart), let last = token.lastIndex(where: isPart) else { return "" }
        return String(token[first...last])
    }

    private static func lastToken(in characters: ArraySlice<Character>) -> ArraySlice<Character>? {
        characters.split(whereSeparator: \.isWhitespace).last
    }

    // MARK: - What may be cut

    private static func endsClause(_ token: ArraySlice<Character>) -> Bool {
        guard let mark = token.last(where: { !closers.contains($0) }) else { return false }
        if token.count == 1, dashes.contains(mark) { return true }
        return marks.contains(mark)
    }

    private static func endsSentence(_ token: ArraySlice<Character>, in characters: [Character]) -> Bool {
        guard let place = token.lastIndex(where: { !closers.contains($0) }),
            SentenceEnd.terminators.contains(characters[place])
        else { return false }
        return !Abbreviations.isOne(before: place, in: characters)
    }

    /// A first word of markup, a link or a bracket must not be parted from its end.
    private static func isOpen(_ characters: ArraySlice<Character>) -> Bool {
        var depth = 0
        var isCode = false
        for character in characters {
            switch character {
            case "(", "[", "<", "{": depth += 1
            case ")", "]", ">", "}": depth = max(0, depth - 1)
            case "`": isCode.toggle()
            default: break
            }
        }
        return depth > 0 || isCode
    }

    private static func isNumber(_ token: ArraySlice<Character>) -> Bool { NumberWord.isOne(word(token)) }

    private static func mayEnd(_ word: String, _ token: ArraySlice<Character>) -> Bool {
        guard let last = token.last, last.isLetter || last.isNumber || last == ")" || closers.contains(last) else {
            return false
        }
        return !PhraseWords.binding.contains(word.lowercased())
    }

    private static func begins(_ token: ArraySlice<Character>, after count: Int) -> Bool {
        guard token.allSatisfy(\.isLetter) else { return count >= wordsBeforeAny }
        let word = String(token).lowercased()
        if PhraseWords.opening.contains(word) { return true }
        return count >= wordsBeforeAny || count >= wordsBeforeWeak && PhraseWords.weaklyOpening.contains(word)
    }

    private static let marks: Set<Character> = [",", ";", ":", "—"]
    private static let dashes: Set<Character> = ["—", "–", "-"]
    private static let closers: Set<Character> = ["\"", "'", "”", "’", "»", "*", "_"]
}

/// Reads on behind a place, as far as the text is there.
private struct Lookahead {
    enum Token {
        case token(ArraySlice<Character>)
        case undecided, none
    }
    enum First {
        case character(Character)
        case undecided, none
    }

    let characters: [Character]
    let limit: Int
    let isFinal: Bool
    var position: Int

    /// The next word of the line, if it is there whole.
    mutating func token() -> Token {
        switch first() {
        case .character: break
        case .undecided: return .undecided
        case .none: return .none
        }
        let end = characters[position...].firstIndex(where: \.isWhitespace) ?? characters.count
        guard end < limit else { return .none }
        guard end < characters.count || isFinal else { return .undecided }
        defer { position = end }
        return .token(characters[position..<end])
    }

    /// How the next word of the line begins.
    mutating func first() -> First {
        while position < characters.count, characters[position].isWhitespace, !characters[position].isNewline {
            position += 1
        }
        guard position < limit else { return .none }
        guard position < characters.count else { return isFinal ? .none : .undecided }
        return characters[position].isNewline ? .none : .character(characters[position])
    }
}
