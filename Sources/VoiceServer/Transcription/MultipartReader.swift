import Glibc

/// Takes a form (`multipart/form-data`) apart as its bytes come.
///
///     preamble ──boundary──► delimiter ──line end──► head ──empty line──► content ──boundary──► delimiter
///                                 └──"--"──► over
///
/// What comes of the bytes, errors included, does not depend on how they are dealt out to `add`, but for where content
/// is cut. Kept are the header of a part that is not complete, and of content no more than a boundary's length.
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
    /// Of the pending bytes.
    private var used = 0
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

    /// Takes the next bytes; `next` then tells what comes of them.
    package mutating func add(_ bytes: [UInt8]) {
        guard state != .over else { return }
        pending.removeFirst(used)
        used = 0
        pending += bytes
    }

    /// What comes next, or nil where more bytes are needed for it.
    /// - Throws: what is wrong with the form, once everything before it has been told.
    package mutating func next() throws(MultipartError) -> Event? {
        while state != .over {
            let (usedBefore, stateBefore) = (used, state)
            let event: Event?
            switch state {
            case .preamble, .content: event = skipOrTake()
            case .delimiter: event = try readDelimiter()
            case .head: event = try readHead()
            case .over: event = nil
            }
            if let event { return event }
            if usedBefore == used, stateBefore == state { break }
        }
        return nil
    }

    /// There are no more bytes.
    /// - Throws: `.cutOff` before the last boundary.
    package func finish() throws(MultipartError) {
        if state != .over { throw .cutOff }
    }

    /// Up to the next boundary.
    private mutating func skipOrTake() -> Event? {
        let found = place(of: delimiter)
        // What may be the beginning of a boundary waits for its end.
        let end = found ?? max(used, pending.count - delimiter.count + 1)
        if state == .content {
            if beginsContent {
                // Either the line end of the header is also that of the boundary behind no content, or it is over.
                guard end >= used + 2 || found != nil else { return nil }
                beginsContent = false
                if end >= used + 2 { used += 2 }
            }
            if end > used {
                defer { used = end }
                return .content(Array(pending[used..<end]))
            }
        }
        used = end
        guard found != nil else { return nil }
        used += delimiter.count
        defer { state = .delimiter }
        return state == .content ? .end : nil
    }

    /// Behind a boundary: its end, or that of the form.
    private mutating func readDelimiter() throws(MultipartError) -> Event? {
        let rest = pending[used...]
        if rest.starts(with: [45, 45]) {
            state = .over
            (pending, used) = ([], 0)
            return nil
        }
        let padding = rest.prefix(Self.maximumPadding + 1).prefix { $0 == 32 || $0 == 9 }.count
        guard padding <= Self.maximumPadding else {
            throw .malformed("there is too much white space behind a boundary")
        }
        let behind = rest.dropFirst(padding).prefix(2)
        guard behind.elementsEqual([13, 10].prefix(behind.count)) || (padding == 0 && behind.elementsEqual([45])) else {
            throw .malformed("a boundary does not end its line")
        }
        guard behind.count == 2 else { return nil }
        used += padding + 2
        state = .head
        return nil
    }

    private mutating func readHead() throws(MultipartError) -> Event? {
        let isEmpty = pending[used...].starts(with: [13, 10])
        guard let end = isEmpty ? used : place(of: [13, 10, 13, 10]), end - used <= Self.maximumHead else {
            if pending.count - used > Self.maximumHead + 3 { throw .headTooLong(limit: Self.maximumHead) }
            return nil
        }
        parts += 1
        guard parts <= maximumParts else { throw .tooManyParts(limit: maximumParts) }
        let head = try MultipartHead(Array(pending[used..<end]))
        used = end + 2
        beginsContent = true
        state = .content
        return .begin(head)
    }

    /// Where `needle`, which begins with a carriage return, begins in the pending bytes that are not used.
    private func place(of needle: [UInt8]) -> Int? {
        pending.withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress else { return nil }
            return needle.withUnsafeBytes { needle -> Int? in
                guard let first = needle.baseAddress else { return nil }
                var at = used
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
