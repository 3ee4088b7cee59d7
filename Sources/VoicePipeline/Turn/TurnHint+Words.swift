extension TurnHint {
    /// What the words so far say about a pause. English; words of other languages say nothing, unless they look like
    /// English ones.
    /// - Parameter text: a recognizer's newest text of the utterance. What a recognizer adds at every end, a full stop,
    ///   counts for little.
    public init(text: String) {
        self.init(.words, completeness: SpokenEnd(text).completeness)
    }
}

/// The end of what was said so far, as far as it tells whether more will come.
private struct SpokenEnd {
    /// In lower case, without punctuation at their ends.
    private let words: [Substring]
    private let mark: Character?
    private let trailsOff: Bool

    init(_ text: String) {
        let text = text.lowercased()
        words = text.split(whereSeparator: \.isWhitespace).map(Self.bare).filter { !$0.isEmpty }
        mark = text.last { !$0.isWhitespace && !"\"'”’)".contains($0) }
        trailsOff = text.hasSuffix("...") || text.hasSuffix("…") || text.hasSuffix("-") || text.hasSuffix("—")
    }

    var completeness: Float {
        guard let last = words.last else { return 0 }
        if trailsOff || isUnfinishedRequest { return -1 }
        let isComplete = isQuestion || isShortCommand
        // "Where are you from?" is one of the questions that such words can end.
        if mark == "?" { return OpenWords.never.contains(last) ? 0 : isQuestion || words.count > 2 ? 1 : 0 }
        if OpenWords.never.contains(last) { return -1 }
        if OpenWords.seldom.contains(last), !isComplete { return -0.5 }
        switch mark {
        case ",", ";", ":": return -0.5
        case ".", "!": return isComplete ? 1 : 0
        default: return 0
        }
    }

    /// "set a timer for ten", "remind me", "add milk to the".
    private var isUnfinishedRequest: Bool {
        guard let last = words.last else { return false }
        if ["remind me", "wake me", "tell me", "add", "set", "set a", "play some", "convert"].contains(
            words.joined(separator: " "))
        {
            return true
        }
        if last == "times", words.first?.hasPrefix("what") == true { return true }
        // A length of time needs its unit; a time of day needs none.
        let isLength = words.contains("timer") && words.contains("for")
        return isLength && (last == "half" || OpenWords.numbers.contains(last) || last.allSatisfy(\.isNumber))
    }

    private var isQuestion: Bool {
        guard let first = words.first else { return false }
        return words.count >= 3 && OpenWords.asking.contains(first)
    }

    private var isShortCommand: Bool {
        guard let first = words.first else { return false }
        return words.count <= 8 && OpenWords.commanding.contains(first)
    }

    private static func bare(_ word: Substring) -> Substring {
        var word = word
        while let last = word.last, !last.isLetter, !last.isNumber, last != "%" { word.removeLast() }
        while let first = word.first, !first.isLetter, !first.isNumber { word.removeFirst() }
        return word
    }
}

/// Short lists, by what a word at the end (or the beginning) of an utterance says.
private enum OpenWords {
    /// More must come after these.
    static let never: Set<Substring> = [
        "a", "an", "the", "my", "your", "his", "their", "our",
        "and", "or", "but", "because", "if", "when", "while", "than", "whether", "unless", "although", "since",
        "of", "to", "with", "from", "into", "at", "for", "between", "plus", "minus", "divided",
        "i'm", "i'd", "i'll", "i've", "let's", "um", "uh", "er", "erm", "hmm",
    ]
    /// More often comes after these, but a sentence can end with them.
    static let seldom: Set<Substring> = [
        "so", "that", "in", "on", "by", "about", "which", "what", "then", "very", "some", "is", "are", "was",
        "were", "be", "it's", "well", "like", "times", "can", "could", "will", "would", "should", "might", "must",
    ]
    /// First words of questions.
    static let asking: Set<Substring> = [
        "what", "what's", "when", "when's", "where", "where's", "who", "who's", "why", "how", "how's", "which", "is",
        "are", "do", "does", "did", "can", "could", "will", "would", "should",
    ]
    /// First words of commands.
    static let commanding: Set<Substring> = [
        "set", "stop", "cancel", "turn", "play", "pause", "add", "remove", "remind", "wake", "tell", "show", "read",
        "start", "repeat", "delete", "clear", "convert", "yes", "no", "okay", "thanks", "thank", "goodbye", "never",
    ]
    static let numbers: Set<Substring> = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
        "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty",
        "sixty", "seventy", "eighty", "ninety", "hundred", "thousand",
    ]
}
