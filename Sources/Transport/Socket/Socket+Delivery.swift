import CUV

/// What of the output has reached the peer's machine.
///
/// That the kernel took bytes says little: it keeps megabytes for a peer that is slow or gone.
extension Socket {
    /// Bytes on the wire, of all that were offered to the kernel, that the peer's machine has confirmed. Never shrinks by
    /// more than the one that the end of the stream counts for.
    private var delivered: Int {
        offered - Int(clamping: uv_stream_get_write_queue_size(handle.stream)) - unconfirmed
    }

    /// Bytes that the kernel keeps for the peer; 0 where it does not say.
    private var unconfirmed: Int { Int(uv_shim_unconfirmed(handle.raw)) }

    /// Whether the peer's machine has confirmed everything that was written.
    var isDelivered: Bool { pendingBytes == 0 && unconfirmed == 0 }

    /// Whether the peer's machine has confirmed more than at the last call.
    func hasDeliveredMore() -> Bool {
        let now = delivered
        guard now > deliveredBefore else { return false }
        deliveredBefore = now
        return true
    }
}
