import CWSLay

extension WebSocketCodec {
    /// Refuses a close frame whose reason is not UTF-8 (RFC 6455, 5.5.1 and 8.1).
    ///
    /// wslay checks reasons too, but leaves the first two bytes of every piece out in which one arrives, not only the
    /// code's.
    /// - Parameter payload: of the whole frame, code first.
    func check(closing payload: UnsafeRawBufferPointer, _ context: wslay_event_context_ptr) {
        guard String(validating: payload.dropFirst(2), as: UTF8.self) == nil else { return }
        fail(code: 1007, context)
    }
}
