import CWSLay

/// RFC 6455 on bytes, with wslay: bytes from the peer in, messages and bytes for the peer out.
///
/// Pings are answered, violations and closing frames too; the owner sends `takeOutput()` and looks at `closing`.
/// Between messages a codec is at rest and holds no context of wslay: the bytes given to wslay are then exactly the
/// frames that wslay has reported, so that none is half read.
package final class WebSocketCodec {
    package enum Role {
        case server, client
    }

    /// How far the end has come.
    package enum Closing: Equatable {
        case open
        /// This side has sent its close frame and waits for the peer's.
        case sent
        /// The peer closed, and was answered. 1005 when its frame had no code.
        case complete(code: UInt16)
        /// The peer broke a rule and was told so.
        case violated(code: UInt16)
    }

    /// Pings, pongs and close frames that may still come until the owner sets this anew; one more is a violation (1008).
    package var controlFrames = Int.max

    /// Grows with every complete message, and every control frame between messages.
    package private(set) var milestone: UInt64 = 0

    /// Which pings the peer has answered.
    package internal(set) var pings = WebSocketPings()

    private let role: Role
    private let limits: Limits
    private let framings: WebSocketFramings
    private var framing: WebSocketFraming?
    private var input = UnsafeRawBufferPointer(start: nil, count: 0)
    private var output: [UInt8] = []
    private var message: [UInt8] = []
    private var messages: [WebSocketMessage] = []
    /// What the waiting messages take up in memory.
    private var heldBytes = 0
    private var violation: UInt16?
    /// Bytes given to wslay since the last rest, and bytes of the frames that have begun since.
    private var given = 0
    private var framed = 0
    private var fragments = 0
    private var isInControlFrame = false

    /// - Parameter framings: where contexts are taken from and given back to.
    package init(_ role: Role, limits: Limits, framings: WebSocketFramings = .init()) {
        self.role = role
        self.limits = limits
        self.framings = framings
    }

    private var context: wslay_event_context_ptr? { framing?.context }

    /// Whether a message, or a frame, has begun and not ended.
    package var isMidMessage: Bool { given != framed || fragments > 0 }

    /// Whether no context of wslay is held.
    package var isAtRest: Bool { framing == nil }

    private func borrow() -> wslay_event_context_ptr? {
        if framing == nil {
            framing = framings.take(role)
            framing?.codec = self
            if framing == nil { violation = violation ?? 1011 }
        }
        return context
    }

    private func restIfPossible() {
        guard !isMidMessage, violation == nil, let framing, let context,
            wslay_event_get_close_received(context) == 0, wslay_event_get_write_enabled(context) != 0,
            wslay_event_get_queued_msg_count(context) == 0, wslay_event_get_read_enabled(context) != 0
        else { return }
        given = 0
        framed = 0
        self.framing = nil
        framings.giveBack(framing)
    }

    // MARK: From the peer

    /// Takes bytes until they are used up, enough messages wait, or the end has come.
    /// - Returns: how many bytes were used.
    package func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard !bytes.isEmpty else { return 0 }
        guard let context = borrow() else { return bytes.count }
        input = bytes
        while !input.isEmpty, hasRoom, wslay_event_want_read(context) != 0 {
            let code = wslay_event_recv(context)
            if code != 0 {
                fail(code: code == Int32(WSLAY_ERR_NOMEM.rawValue) ? 1011 : 1002, context)
                break
            }
        }
        // After the end the rest is of no interest.
        let left = wslay_event_want_read(context) != 0 && violation == nil ? input.count : 0
        input = UnsafeRawBufferPointer(start: nil, count: 0)
        if wslay_event_get_read_enabled(context) == 0, wslay_event_get_close_received(context) == 0, violation == nil {
            violation = 0
        }
        pump(context)
        restIfPossible()
        return bytes.count - left
    }

    /// Tells the peer why a frame that wslay cannot make sense of ends the connection; wslay itself gives no code.
    func fail(code: UInt16, _ context: wslay_event_context_ptr) {
        wslay_event_shutdown_write(context)
        guard violation == nil else { return }
        violation = code
        output += [0x88, role == .client ? 0x82 : 0x02]
        // A mask of zeroes leaves the code readable.
        if role == .client { output += [0, 0, 0, 0] }
        output += [UInt8(code >> 8), UInt8(code & 255)]
    }

    /// Whether `receive` would take input.
    package var hasRoom: Bool { heldBytes < limits.receiveBuffer }

    /// The complete messages since the last call.
    package func takeMessages() -> [WebSocketMessage] {
        let taken = messages
        messages = []
        heldBytes = 0
        return taken
    }

    package var hasMessages: Bool { !messages.isEmpty }

    package var closing: Closing {
        guard let context else { return violation.map { .violated(code: $0) } ?? .open }
        if let violation {
            return .violated(code: violation == 0 ? wslay_event_get_status_code_sent(context) : violation)
        }
        if wslay_event_get_close_received(context) != 0 {
            return .complete(code: wslay_event_get_status_code_received(context))
        }
        return wslay_event_get_close_sent(context) != 0 ? .sent : .open
    }

    // MARK: To the peer

    /// Adds a message to the output.
    /// - Returns: false when the connection is closing.
    package func send(_ bytes: [UInt8], isText: Bool) -> Bool {
        queue(isText ? WSLAY_TEXT_FRAME : WSLAY_BINARY_FRAME, bytes)
    }

    /// Adds a ping to the output.
    package func ping(_ payload: [UInt8] = []) -> Bool {
        queue(WSLAY_PING, payload)
    }

    /// Adds a close frame to the output, once.
    /// - Parameter reason: cut to the 123 bytes that fit.
    package func close(code: UInt16, reason: String) {
        guard let context = borrow() else { return }
        queueClose(code, reason, context)
        pump(context)
    }

    /// Adds a close frame to the output because the peer broke a rule; what it still sends is ignored.
    package func refuse(code: UInt16, reason: String) {
        guard violation == nil, let context = borrow() else { return }
        violation = code
        queueClose(code, reason, context)
        wslay_event_shutdown_read(context)
        pump(context)
    }

    private func queueClose(_ code: UInt16, _ reason: String, _ context: wslay_event_context_ptr) {
        var text = Substring(reason)
        while text.utf8.count > 123 { text.removeLast() }
        let bytes = Array(text.utf8)
        _ = wslay_event_queue_close(context, code, bytes, bytes.count)
    }

    /// The bytes for the peer since the last call.
    package func takeOutput() -> [UInt8] {
        let taken = output
        output = []
        return taken
    }

    private func queue(_ opcode: wslay_opcode, _ bytes: [UInt8]) -> Bool {
        guard let context = borrow() else { return false }
        output.reserveCapacity(output.count + WebSocketCodec.headerBytes + bytes.count)
        let code = bytes.withUnsafeBufferPointer { buffer in
            var message = wslay_event_msg(
                opcode: UInt8(opcode.rawValue), msg: buffer.baseAddress, msg_length: buffer.count)
            return wslay_event_queue_msg(context, &message)
        }
        pump(context)
        restIfPossible()
        return code == 0
    }

    private func pump(_ context: wslay_event_context_ptr) {
        while wslay_event_want_write(context) != 0 {
            if wslay_event_send(context) != 0 {
                violation = violation ?? 1011
                return
            }
        }
    }
}

// MARK: What wslay calls, by way of `WebSocketFraming`

extension WebSocketCodec {
    /// Gives wslay input; -1 when there is none or enough messages wait.
    func give(_ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
        let part = min(count, input.count)
        guard part > 0, hasRoom, let buffer else { return -1 }
        UnsafeMutableRawBufferPointer(start: buffer, count: part).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: input[..<part]))
        input = UnsafeRawBufferPointer(rebasing: input[part...])
        given += part
        return part
    }

    func put(_ bytes: UnsafeRawBufferPointer) {
        output.append(contentsOf: bytes)
    }

    /// A frame has begun.
    func begin(opcode: UInt8, isFinal: Bool, length: UInt64, _ context: wslay_event_context_ptr) {
        isInControlFrame = opcode & 8 != 0
        pings.beginFrame(isPong: opcode == UInt8(WSLAY_PONG.rawValue))
        guard violation == nil else { return }
        if isInControlFrame {
            controlFrames -= 1
            if fragments == 0 { milestone &+= 1 }
            if controlFrames < 0 {
                stop(1008, "too many control frames", context)
                return
            }
            if opcode == UInt8(WSLAY_CONNECTION_CLOSE.rawValue), length == 1 {
                // Half a code (RFC 6455, 5.5.1), which wslay lets pass.
                fail(code: 1002, context)
                wslay_event_shutdown_read(context)
            }
        } else {
            // wslay limits the frame; the message is the sum of its frames.
            guard length <= UInt64(max(0, limits.messageBytes - message.count)) else {
                stop(1009, "the message is larger than \(limits.messageBytes) bytes", context)
                return
            }
            fragments += 1
            if fragments > limits.fragments {
                stop(1008, "the message has too many fragments", context)
                return
            }
        }
        let extended = length < 126 ? 0 : length < 65_536 ? 2 : 8
        // No overflow: the length is within the limits above, or that of a control frame.
        framed += 2 + extended + (role == .server ? 4 : 0) + Int(truncatingIfNeeded: length)
    }

    private func stop(_ code: UInt16, _ reason: String, _ context: wslay_event_context_ptr) {
        violation = code
        queueClose(code, reason, context)
        wslay_event_shutdown_read(context)
    }

    func add(_ bytes: UnsafeRawBufferPointer) {
        guard violation == nil else { return }
        pings.add(bytes)
        guard !isInControlFrame else { return }
        message.append(contentsOf: bytes)
    }

    /// A message has ended.
    func end(opcode: UInt8) {
        guard violation == nil else { return }
        if opcode == UInt8(WSLAY_TEXT_FRAME.rawValue) {
            messages.append(.text(message))
        } else if opcode == UInt8(WSLAY_BINARY_FRAME.rawValue) {
            messages.append(.binary(message))
        } else {
            pings.endFrame()
            return
        }
        heldBytes += message.count + WebSocketCodec.messageOverhead
        message = []
        fragments = 0
        milestone &+= 1
    }

    /// The longest header of a frame (RFC 6455, 5.2).
    private static let headerBytes = 14

    /// What a waiting message costs besides its bytes; also bounds the messages that a handler gets at once.
    private static let messageOverhead = 256
}
