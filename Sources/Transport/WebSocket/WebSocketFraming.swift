import CWSLay

/// One of wslay's contexts, about 9 KB: works for one codec at a time, as long as that is in the midst of something.
final class WebSocketFraming {
    private(set) var context: wslay_event_context_ptr?
    let role: WebSocketCodec.Role
    /// Whom wslay's calls go to.
    unowned var codec: WebSocketCodec?

    /// - Returns: nil without memory.
    init?(_ role: WebSocketCodec.Role) {
        self.role = role
        var callbacks = WebSocketFraming.callbacks
        let me = Unmanaged.passUnretained(self).toOpaque()
        _ =
            role == .server
            ? wslay_event_context_server_init(&context, &callbacks, me)
            : wslay_event_context_client_init(&context, &callbacks, me)
        guard let context else { return nil }
        wslay_event_config_set_no_buffering(context, 1)
        // The codec judges lengths itself, frame by frame, and says why.
        wslay_event_config_set_max_recv_msg_length(context, UInt64(Int64.max))
    }

    deinit {
        if let context { wslay_event_context_free(context) }
    }

    // MARK: What wslay calls

    private static let callbacks = wslay_event_callbacks(
        recv_callback: { context, buffer, count, _, user in
            guard let codec = WebSocketFraming.codec(user) else { return -1 }
            let given = codec.give(buffer, count)
            if given < 0 { wslay_event_set_error(context, Int32(WSLAY_ERR_WOULDBLOCK.rawValue)) }
            return given
        },
        send_callback: { _, bytes, count, _, user in
            guard let codec = WebSocketFraming.codec(user) else { return -1 }
            codec.put(UnsafeRawBufferPointer(start: bytes, count: count))
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
            guard let context, let frame, let codec = WebSocketFraming.codec(user) else { return }
            codec.begin(
                opcode: frame.pointee.opcode, isFinal: frame.pointee.fin != 0, length: frame.pointee.payload_length,
                context)
        },
        on_frame_recv_chunk_callback: { _, chunk, user in
            guard let chunk, let codec = WebSocketFraming.codec(user) else { return }
            codec.add(UnsafeRawBufferPointer(start: chunk.pointee.data, count: chunk.pointee.data_length))
        },
        on_frame_recv_end_callback: nil,
        on_msg_recv_callback: { context, message, user in
            guard let message, let codec = WebSocketFraming.codec(user) else { return }
            if message.pointee.opcode == UInt8(WSLAY_CONNECTION_CLOSE.rawValue), let context {
                codec.check(
                    closing: UnsafeRawBufferPointer(start: message.pointee.msg, count: message.pointee.msg_length),
                    context)
            }
            codec.end(opcode: message.pointee.opcode)
        })

    private static func codec(_ user: UnsafeMutableRawPointer?) -> WebSocketCodec? {
        user.flatMap { Unmanaged<WebSocketFraming>.fromOpaque($0).takeUnretainedValue().codec }
    }
}
