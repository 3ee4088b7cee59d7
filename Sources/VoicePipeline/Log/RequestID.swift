/// The name of one request or one turn, which every log record made on its behalf carries as `request`.
///
/// It is a task-local value: it reaches the brain, the chat client, the stores and every child task without a
/// parameter. A closure that runs on a thread of an engine has no task, and so no request.
public enum RequestID {
    /// The one this task works for.
    @TaskLocal public static var current: String?

    /// The longest that is taken from a caller, characters.
    public static let maximumLength = 64

    /// A new name: 8 characters of 5 random bits each. Short, because people read it to each other.
    public static func random() -> String {
        var bits = UInt64.random(in: 0...UInt64.max)
        var name = ""
        for _ in 0..<8 {
            name.unicodeScalars.append(alphabet[Int(bits & 31)])
            bits >>= 5
        }
        return name
    }

    /// A caller's own name for its request, if it is one.
    /// - Returns: nil unless it has 1…64 characters of `A-Z a-z 0-9 _ -`.
    public static func accepted(_ text: String?) -> String? {
        guard let text, (1...maximumLength).contains(text.utf8.count), text.utf8.allSatisfy(isAllowed) else {
            return nil
        }
        return text
    }

    /// Without l and o, which are read as digits, and i and u.
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".unicodeScalars)

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
