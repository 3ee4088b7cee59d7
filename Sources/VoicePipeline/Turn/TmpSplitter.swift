struct SentenceSplitter {
    mutating func add(_ t: String) -> [String] { text += t; return [] }
    var text = ""
    mutating func finish() -> [String] { text.split(separator: ".").map { $0 + "." } }
}
