import CWSLay

/// RFC 6455 on bytes, with wslay: bytes from the peer in, messages and bytes for the peer out.
///
/// Pings are answered, violations and closing frames too; the owner sends `takeOutput()` and looks at `closing`.
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

    private let role: Role
    private var context: wslay_event_context_ptr?
    private let maxMessageBytes: Int
    private let receiveBuffer: Int
    private var input = UnsafeRawBufferPointer(start: nil, count: 0)
    private var output: [UInt8] = []
    private var message: [UInt8] = []
    private var messages: [WebSocketMessage] = []
    /// What the waiting messages take up in memory.
    private var heldBytes = 0
    private var violation: UInt16?

    /// - Parameters:
    ///   - maxMessageBytes: a longer message is a violation (1009).
    ///   - receiveBuffer: when so many bytes of messages wait to be taken, no more input is used.
    package init(_ role: Role, maxMessageBytes: Int, receiveBuffer: Int) {
        self.role = role
        self.maxMessageBytes = maxMessageBytes
        self.receiveBuffer = receiveBuffer
        var callbacks = WebSocketCodec.callbacks
        let me = Unmanaged.passUnretained(self).toOpaque()
        // Fails only without memory; then there is no context and every input is a violation.
        _ =
            role == .server
            ? wslay_event_context_server_init(&context, &callbacks, me)
            : wslay_event_context_client_init(&context, &callbacks, me)
        guard let context else { return }
        wslay_event_config_set_no_buffering(context, 1)
        wslay_event_config_set_max_recv_msg_length(context, UInt64(max(1, maxMessageBytes)))
    }

    deinit {
        if let context { wslay_event_context_free(context) }
    }

    // MARK: From the peer

    /// Takes bytes until they are used up, enough messages wait, or the end has come.
    /// - Returns: how many bytes were used.
    package func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let context else {
            violation = violation ?? 1011
            return bytes.count
        }
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
        pump()
        return bytes.count - left
    }

    /// Tells the peer why a frame that wslay cannot make sense of ends the connection; wslay itself gives no code.
    private func fail(code: UInt16, _ context: wslay_event_context_ptr) {
        wslay_event_shutdown_write(context)
        guard violation == nil else { return }
        violation = code
        output += [0x88, role == .client ? 0x82 : 0x02]
        // A mask of zeroes leaves the code readable.
        if role == .client { output += [0, 0, 0, 0] }
        output += [UInt8(code >> 8), UInt8(code & 255)]
    }

    /// Whether `receive` would take input.
    package var hasRoom: Bool { heldBytes < receiveBuffer }

    /// The complete messages since the last call.
    package func takeMessages() -> [WebSocketMessage] {
        let taken = messages
        messages = []
        heldBytes = 0
        return taken
    }

    package var hasMessages: Bool { !messages.isEmpty }

    package var closing: Closing {
        guard let context else { return .violated(code: 1011) }
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
    package func ping() -> Bool {
        queue(WSLAY_PING, [])
    }

    /// Adds a close frame to the output, once.
    /// - Parameter reason: cut to the 123 bytes that fit.
    package func close(code: UInt16, reason: String) {
        guard let context else { return }
        var text = Substring(reason)
        while text.utf8.count > 123 { text.removeLast() }
        let bytes = Array(text.utf8)
        _ = wslay_event_queue_close(context, code, bytes, bytes.count)
        pump()
    }

    /// The bytes for the peer since the last call.
    package func takeOutput() -> [UInt8] {
        let taken = output
        output = []
        return taken
    }

    private func queue(_ opcode: wslay_opcode, _ bytes: [UInt8]) -> Bool {
        guard let context else { return false }
        let code = bytes.withUnsafeBufferPointer { buffer in
            var message = wslay_event_msg(
                opcode: UInt8(opcode.rawValue), msg: buffer.baseAddress, msg_length: buffer.count)
            return wslay_event_queue_msg(context, &message)
        }
        pump()
        return code == 0
    }

    private func pump() {
        guard let context else { return }
        while wslay_event_want_write(context) != 0 {
            if wslay_event_send(context) != 0 {
                violation = violation ?? 1011
                return
            }
        }
    }

    // MARK: What wslay calls

    private static let callbacks = wslay_event_callbacks(
        recv_callback: { context, buffer, count, _, user in
            guard let codec = WebSocketCodec.of(user) else { return -1 }
            let given = codec.give(buffer, count)
            if given < 0 { wslay_event_set_error(context, Int32(WSLAY_ERR_WOULDBLOCK.rawValue)) }
            return given
        },
        send_callback: { _, bytes, count, _, user in
            guard let codec = WebSocketCodec.of(user) else { return -1 }
            codec.output.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
            return count
        },
        genmask_callback: { _, buffer, count, _ in
            var random = SystemRandomNumberGenerator()
            var word: UInt64 = 0
            for index in 0..<count {
                if index % 8 == 0 { word = random.next() }
                buffer?[index] = UInt8(truncatingIfNeeded: word)
                word >>= 8
            }
            return 0
        },
        on_frame_recv_start_callback: { context, frame, user in
            guard let frame, let codec = WebSocketCodec.of(user) else { return }
            codec.begin(opcode: frame.pointee.opcode, length: frame.pointee.payload_length, context)
        },
        on_frame_recv_chunk_callback: { _, chunk, user in
            guard let chunk, let codec = WebSocketCodec.of(user) else { return }
            codec.add(UnsafeRawBufferPointer(start: chunk.pointee.data, count: chunk.pointee.data_length))
        },
        on_frame_recv_end_callback: nil,
        on_msg_recv_callback: { _, message, user in
            guard let message, let codec = WebSocketCodec.of(user) else { return }
            codec.end(opcode: message.pointee.opcode)
        })

    private static func of(_ user: UnsafeMutableRawPointer?) -> WebSocketCodec? {
        user.map { Unmanaged<WebSocketCodec>.fromOpaque($0).takeUnretainedValue() }
    }

    private var isInControlFrame = false

    private func give(_ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
        let given = min(count, input.count)
        guard given > 0, hasRoom, let buffer else { return -1 }
        UnsafeMutableRawBufferPointer(start: buffer, count: given).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: input[..<given]))
        input = UnsafeRawBufferPointer(rebasing: input[given...])
        return given
    }

    private func begin(opcode: UInt8, length: UInt64, _ context: wslay_event_context_ptr?) {
        isInControlFrame = opcode & 8 != 0
        if opcode == UInt8(WSLAY_CONNECTION_CLOSE.rawValue), length == 1, let context {
            // Half a code (RFC 6455, 5.5.1), which wslay lets pass.
            fail(code: 1002, context)
            wslay_event_shutdown_read(context)
        }
        // wslay limits the frame; the message is the sum of its frames.
        guard !isInControlFrame, length > UInt64(max(0, maxMessageBytes - message.count)), violation == nil else {
            return
        }
        violation = 1009
        _ = wslay_event_queue_close(context, 1009, nil, 0)
        wslay_event_shutdown_read(context)
    }

    private func add(_ bytes: UnsafeRawBufferPointer) {
        guard !isInControlFrame, violation == nil else { return }
        message.append(contentsOf: bytes)
    }

    private func end(opcode: UInt8) {
        guard violation == nil else { return }
        if opcode == UInt8(WSLAY_TEXT_FRAME.rawValue) {
            messages.append(.text(message))
        } else if opcode == UInt8(WSLAY_BINARY_FRAME.rawValue) {
            messages.append(.binary(message))
        } else {
            return
        }
        heldBytes += message.count + 64
        message = []
    }
}
