/// Cuts a byte stream into server-sent events. A value: bytes in, events out; the input may be split anywhere.
///
/// - Source: WHATWG HTML, section 9.2.6 (interpreting an event stream).
package struct SSEDecoder: Sendable {
    /// One event's `data` lines, joined by newlines.
    package typealias Event = [UInt8]

    package enum Failure: Error, Equatable, Sendable {
        /// A line or an event is longer than `maximumBytes`.
        case tooLong
    }

    /// Bytes of one line and of one event at most.
    package let maximumBytes: Int
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var lastWasCarriageReturn = false
    private var isFirstLine = true

    package init(maximumBytes: Int = 256 * 1024) {
        self.maximumBytes = maximumBytes
    }

    /// - Returns: the events that these bytes completed.
    /// - Throws: `Failure.tooLong`; the stream cannot be read on.
    package mutating func feed(_ bytes: [UInt8]) throws(Failure) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            switch byte {
            case 0x0A where lastWasCarriageReturn:
                lastWasCarriageReturn = false
            case 0x0A, 0x0D:
                lastWasCarriageReturn = byte == 0x0D
                if let event = try endLine() { events.append(event) }
            default:
                lastWasCarriageReturn = false
                guard line.count < maximumBytes else { throw .tooLong }
                line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine() throws(Failure) -> Event? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        guard !line.isEmpty else {
            defer {
                data.removeAll(keepingCapacity: true)
                hasData = false
            }
            return hasData ? data : nil
        }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        // Comments, and the fields `event`, `id` and `retry`, mean nothing in a chat stream.
        guard line[..<colon].elementsEqual("data".utf8) else { return nil }
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        guard data.count + value.count < maximumBytes else { throw .tooLong }
        if hasData { data.append(0x0A) }
        data.append(contentsOf: value)
        hasData = true
        return nil
    }
}
