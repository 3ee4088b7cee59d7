/// Tells the answers to one's own pings apart, by a number in each. A value; no I/O.
package struct WebSocketPings: Sendable {
    /// The highest number of a ping that was answered; 0 before the first.
    package private(set) var answered: UInt64 = 0
    private var last: UInt64 = 0
    /// What has come of a pong's payload; nil outside of one.
    private var pong: [UInt8]?

    private static let payloadBytes = 8

    package init() {}

    /// - Returns: the next ping's number, from 1, and its payload.
    package mutating func next() -> (number: UInt64, payload: [UInt8]) {
        last += 1
        let number = last
        return (number, (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) })
    }

    /// A frame has begun.
    package mutating func beginFrame(isPong: Bool) {
        pong = isPong ? [] : nil
    }

    /// A part of the frame's payload has come.
    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        // A control frame has 125 bytes at most.
        pong?.append(contentsOf: bytes)
    }

    /// The frame has ended. A pong that answers nothing that was asked is ignored (RFC 6455, 5.5.3).
    package mutating func endFrame() {
        defer { pong = nil }
        guard let pong, pong.count == Self.payloadBytes else { return }
        let number = pong.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        if number <= last { answered = max(answered, number) }
    }
}

extension WebSocketCodec {
    /// Adds a ping to the output.
    /// - Returns: its number, by which its answer is told from others; nil when the connection is closing.
    package func numberedPing() -> UInt64? {
        let (number, payload) = pings.next()
        return ping(payload) ? number : nil
    }
}
