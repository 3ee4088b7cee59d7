import Glibc

/// Takes a form (`multipart/form-data`) apart as its bytes come.
///
///     preamble ──boundary──► delimiter ──line end──► head ──empty line──► content ──boundary──► delimiter
///                                 └──"--"──► over
///
/// What comes of the bytes does not depend on how they are dealt out to `add`, but for where content is cut. Kept are the
/// header of a part that is not complete, and of content no more than a boundary's length.
/// - Source: RFC 7578; RFC 2046, section 5.1.
package struct MultipartReader: Sendable {
    package enum Event: Equatable, Sendable {
        case begin(MultipartHead)
        /// Some of the part's content; never none.
        case content([UInt8])
        /// The part is complete.
        case end
    }

    private enum State {
        case preamble, delimiter, head, content, over
    }

    /// Bytes of a part's header.
    package static let maximumHead = 8 * 1024
    /// White space behind a boundary.
    private static let maximumPadding = 256

    /// Parts that are taken at most.
    package let maximumParts: Int
    /// What stands before a boundary, and the boundary.
    private let delimiter: [UInt8]
    private var state = State.preamble
    /// The first boundary may stand at the very beginning, without the line end before it.
    private var pending: [UInt8] = [13, 10]
    private var parts = 0
    /// The pending bytes begin with the line end that closes a header, which is no content.
    private var beginsContent = false

    /// - Parameter contentType: the value of the request's `Content-Type`.
    /// - Throws: `.notAForm`.
    package init(contentType: String?, maximumParts: Int = 64) throws(MultipartError) {
        guard let contentType, let parsed = HeaderValue(contentType), parsed.value == "multipart/form-data",
            let boundary = parsed.parameters["boundary"], (1...200).contains(boundary.utf8.count),
            boundary.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }), boundary.utf8.last != 0x20
        else { throw .notAForm }
        delimiter = [13, 10, 45, 45] + Array(boundary.utf8)
        self.maximumParts = maximumParts
    }

    /// Whether the last boundary has come. What follows it is no part of the form.
    package var isOver: Bool { state == .over }

    /// Takes the next bytes.
    package mutating func add(_ bytes: [UInt8]) throws(MultipartError) -> [Event] {
        guard state != .over else { return [] }
        var events: [Event] = []
        pending += bytes
        var used = 0
        while state != .over {
            let (usedBefore, stateBefore) = (used, state)
            switch state {
            case .preamble, .content: skipOrTake(&used, &events)
            case .delimiter: try readDelimiter(&used)
            case .head: try readHead(&used, &events)
            case .over: break
            }
            if usedBefore == used, stateBefore == state { break }
        }
        if state == .over { pending = [] } else { pending.removeFirst(used) }
        return events
    }

    /// There are no more bytes.
    /// - Throws: `.cutOff` before the last boundary.
    package func finish() throws(MultipartError) {
        if state != .over { throw .cutOff }
    }

    /// Up to the next boundary.
    private mutating func skipOrTake(_ used: inout Int, _ events: inout [Event]) {
        let found = place(of: delimiter, from: used)
        // What may be the beginning of a boundary waits for its end.
        let end = found ?? max(used, pending.count - delimiter.count + 1)
        if state == .content {
            if beginsContent {
                // Either the line end of the header is also that of the boundary behind no content, or it is over.
                guard end >= used + 2 || found != nil else { return }
                beginsContent = false
                if end >= used + 2 { used += 2 }
            }
            if end > used { events.append(.content(Array(pending[used..<end]))) }
            if found != nil { events.append(.end) }
        }
        used = end
        guard found != nil else { return }
        used += delimiter.count
        state = .delimiter
    }

    /// Behind a boundary: its end, or that of the form.
    private mutating func readDelimiter(_ used: inout Int) throws(MultipartError) {
        let rest = pending[used...]
        if rest.starts(with: [45, 45]) {
            state = .over
            return
        }
        let padding = rest.prefix(Self.maximumPadding + 1).prefix { $0 == 32 || $0 == 9 }.count
        guard padding <= Self.maximumPadding else {
            throw .malformed("there is too much white space behind a boundary")
        }
        let behind = rest.dropFirst(padding).prefix(2)
        guard behind.elementsEqual([13, 10].prefix(behind.count)) || (padding == 0 && behind.elementsEqual([45])) else {
            throw .malformed("a boundary does not end its line")
        }
        guard behind.count == 2 else { return }
        used += padding + 2
        state = .head
    }

    private mutating func readHead(_ used: inout Int, _ events: inout [Event]) throws(MultipartError) {
        let isEmpty = pending[used...].starts(with: [13, 10])
        guard let end = isEmpty ? used : place(of: [13, 10, 13, 10], from: used), end - used <= Self.maximumHead else {
            if pending.count - used > Self.maximumHead + 3 { throw .headTooLong(limit: Self.maximumHead) }
            return
        }
        parts += 1
        guard parts <= maximumParts else { throw .tooManyParts(limit: maximumParts) }
        events.append(.begin(try MultipartHead(Array(pending[used..<end]))))
        used = end + 2
        beginsContent = true
        state = .content
    }

    /// Where `needle`, which begins with a carriage return, begins in the pending bytes.
    private func place(of needle: [UInt8], from start: Int) -> Int? {
        pending.withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress else { return nil }
            return needle.withUnsafeBytes { needle -> Int? in
                guard let first = needle.baseAddress else { return nil }
                var at = start
                while at + needle.count <= bytes.count {
                    let rest = bytes.count - needle.count + 1 - at
                    guard let found = memchr(base + at, 13, rest) else { return nil }
                    at = UnsafeRawPointer(found) - base
                    if memcmp(base + at, first, needle.count) == 0 { return at }
                    at += 1
                }
                return nil
            }
        }
    }
}
