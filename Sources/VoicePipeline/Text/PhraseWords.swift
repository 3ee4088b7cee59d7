/// English words that show where a sentence can be spoken in two breaths.
enum PhraseWords {
    /// Conjunctions, relative pronouns and prepositions that begin a phrase.
    static let opening: Set<String> = [
        "and", "but", "or", "nor", "so", "yet", "because", "although", "though", "while", "whereas", "if", "unless",
        "until", "since", "when", "whenever", "where", "wherever", "whether", "which", "who", "whom", "whose", "that",
        "after", "before", "during", "without", "with", "within", "from", "for", "by", "in", "into", "on", "onto", "at",
        "through", "throughout", "between", "among", "against", "across", "along", "around", "near", "under", "over",
        "above", "below", "behind", "beside", "beyond", "despite", "instead", "then", "such", "including",
    ]
    /// Those that belong closely to what is before them.
    static let weaklyOpening: Set<String> = [
        "to", "of", "as", "than", "like", "about", "is", "are", "was", "were", "will", "can", "it", "they", "you", "we",
        "he", "she", "i", "the", "a", "an", "this", "these", "those",
    ]
    /// Words that a speaker does not stop behind.
    static let binding: Set<String> = [
        "a", "an", "the", "this", "these", "those", "my", "your", "his", "her", "its", "our", "their", "no", "every",
        "each", "some", "any", "all", "both", "many", "much", "few", "more", "most", "less", "least", "very", "too",
        "quite", "rather", "about", "and", "or", "but", "nor", "so", "if", "because", "although", "though", "while",
        "whereas", "unless", "until", "since", "when", "where", "whether", "which", "who", "whom", "whose", "that",
        "what", "how", "why", "after", "before", "during", "without", "with", "within", "from", "for", "by", "in",
        "into", "on", "onto", "at", "through", "between", "among", "against", "across", "along", "around", "near",
        "under", "over", "to", "of", "as", "than", "like", "is", "are", "was", "were", "be", "been", "being", "am",
        "will", "would", "can", "could", "may", "might", "must", "shall", "should", "do", "does", "did", "has", "have",
        "had", "not", "i", "you", "he", "she", "it", "we", "they", "it's", "i'm", "you're", "we're", "they're",
        "there's", "that's", "there", "even", "just", "only", "also", "such", "instead", "up",
    ]
}

/// Numbers, in digits or in words.
enum NumberWord {
    /// Whether a word is a number or begins or ends like one: "5", "4th", "€20", "five", "half".
    static func isOne(_ word: String) -> Bool {
        guard let first = word.first, let last = word.last else { return false }
        return first.isNumber || last.isNumber || names.contains(word.lowercased())
    }

    private static let names: Set<String> = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty",
        "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million", "billion", "half", "quarter",
        "point", "minus",
    ]
}
