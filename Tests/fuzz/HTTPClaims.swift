import Transport

/// The head scanner, the parser and the request target, put together as a connection does.
enum HTTPClaims {
    private static let maxFields = 16
    private static let maxHead = 2_048

    /// What came of a stream of bytes.
    private enum Seen: Equatable {
        case head(method: String, target: String, fields: [String])
        case body([UInt8])
        case end
        case refused
    }

    static func check(_ bytes: [UInt8]) {
        let whole = requests(Pieces(bytes: bytes, cut: .nowhere))
        for cut in Pieces.Cut.allCases where cut != .nowhere {
            let other = requests(Pieces(bytes: bytes, cut: cut))
            claim(other == whole, "cut \(cut), the requests are \(other), and \(whole) in one piece")
        }
        response(bytes)
    }

    private static func requests(_ pieces: Pieces) -> [Seen] {
        var seen: [Seen] = []
        let parser = HTTPParser(.request, maxFields: maxFields)
        var scanner = HTTPHeadScanner(limit: maxHead)
        var isInHead = true
        for piece in pieces {
            var rest = piece[...]
            while !rest.isEmpty {
                let used: Int
                if isInHead {
                    guard let length = head(rest, &scanner, parser) else { return seen + [.refused] }
                    used = length.used
                    if length.isComplete {
                        guard let judged = judge(parser.head) else { return seen + [.refused] }
                        seen.append(judged)
                        isInHead = false
                        scanner = HTTPHeadScanner(limit: maxHead)
                        // A message without body ends without a further byte.
                        let isEmpty = !parser.head.isChunked && (parser.head.contentLength ?? 0) == 0
                        if isEmpty { body([], parser, &seen, &isInHead) }
                    }
                } else {
                    used = body(rest, parser, &seen, &isInHead)
                    if seen.last == .refused { return seen }
                }
                claim(used > 0 && used <= rest.count, "\(used) of \(rest.count) bytes were used")
                rest = rest.dropFirst(used)
            }
        }
        return seen
    }

    /// - Returns: nil when the head is refused.
    private static func head(
        _ bytes: ArraySlice<UInt8>, _ scanner: inout HTTPHeadScanner, _ parser: HTTPParser
    ) -> (used: Int, isComplete: Bool)? {
        switch bytes.withUnsafeBytes({ scanner.scan($0) }) {
        case .more:
            let (used, outcome) = bytes.withUnsafeBytes { parser.parse($0) }
            return outcome == .more && used == bytes.count ? (used, false) : nil
        case .end(let length):
            let (used, outcome) = bytes.prefix(length).withUnsafeBytes { parser.parse($0) }
            return outcome == .head && used == length ? (used, true) : nil
        case .invalid, .tooLong:
            return nil
        }
    }

    private static func judge(_ head: HTTPMessageHead) -> Seen? {
        claim(head.headers.count <= maxFields, "\(head.headers.count) fields")
        guard (try? head.checkRequest()) != nil, let target = HTTPTarget(head.target) else { return nil }
        claim(target.path == "*" || target.path.utf8.first == UInt8(ascii: "/"), "the path is \(target.path)")
        claim(!target.path.utf8.contains(0), "the path holds a zero byte")
        let steps = target.path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        claim(!steps.contains { $0.elementsEqual("..".utf8) }, "the path climbs")
        _ = target.query.count
        claim(!(head.isChunked && head.contentLength != nil), "two lengths")
        if let length = head.headers.first("content-length") {
            claim(length.utf8.allSatisfy { (48...57).contains($0) }, "the length is “\(length)”")
        }
        return .head(
            method: head.method, target: head.target, fields: head.headers.map { "\($0.name): \($0.value)" })
    }

    @discardableResult private static func body(
        _ bytes: ArraySlice<UInt8>, _ parser: HTTPParser, _ seen: inout [Seen], _ isInHead: inout Bool
    ) -> Int {
        let (used, outcome) = bytes.withUnsafeBytes { parser.parse($0) }
        let piece = parser.takeBody()
        claim(piece.count <= bytes.count, "a body grew")
        if !piece.isEmpty {
            if case .body(let before)? = seen.last {
                seen[seen.count - 1] = .body(before + piece)
            } else {
                seen.append(.body(piece))
            }
        }
        switch outcome {
        case .more: break
        case .end:
            if let length = parser.head.contentLength, !parser.head.isChunked {
                let received: Int = if case .body(let all)? = seen.last { all.count } else { 0 }
                claim(received == length, "\(received) bytes of \(length)")
            }
            seen.append(.end)
            isInHead = true
        case .head, .failed: seen.append(.refused)
        }
        return used
    }

    /// The client's side of a WebSocket handshake reads one of these.
    private static func response(_ bytes: [UInt8]) {
        let parser = HTTPParser(.response, maxFields: maxFields)
        let (used, outcome) = bytes.withUnsafeBytes { parser.parse($0) }
        claim((0...bytes.count).contains(used), "used \(used)")
        if outcome == .head { claim(parser.head.headers.count <= maxFields, "fields") }
    }
}
