/// What a `Range` header asks of a file.
package enum ByteRange: Equatable, Sendable {
    case whole
    case part(Range<Int>)
    /// No byte of the file is in it.
    case unsatisfiable

    /// - Parameters:
    ///   - header: as `bytes=0-99`, `bytes=100-` or `bytes=-100`. Anything else, several ranges too, means the whole.
    ///   - size: of the file, in bytes.
    package init(_ header: String?, size: Int) {
        self = .whole
        guard let header, header.utf8.prefix(6).elementsEqual("bytes=".utf8, by: { ASCII.lower($0) == $1 }) else {
            return
        }
        let bounds = header.utf8.dropFirst(6).split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard bounds.count == 2 else { return }
        let first = ByteRange.number(bounds[0])
        let last = ByteRange.number(bounds[1])
        if let first {
            guard last != nil || bounds[1].isEmpty else { return }
            if let last, last < first { return }
            let end = last.map { min($0, size - 1) + 1 } ?? size
            self = first < size ? .part(first..<end) : .unsatisfiable
        } else if bounds[0].isEmpty, let last {
            self = last > 0 && size > 0 ? .part(max(0, size - last)..<size) : .unsatisfiable
        }
    }

    private static func number(_ digits: Substring.UTF8View.SubSequence) -> Int? {
        guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        // What does not fit is beyond every file.
        return Int(Substring(digits)) ?? Int.max - 1
    }
}
