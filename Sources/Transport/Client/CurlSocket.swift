import CCurl
import CUV

/// Watches one of libcurl's sockets on a loop. Belongs to the loop's thread.
final class CurlSocket {
    private let handle: UnsafeMutablePointer<uv_poll_t>
    private var onEvents: ((Int32) -> Void)?

    /// - Parameter onEvents: called with libcurl's bits of what the socket is ready for.
    init?(core: LoopCore, descriptor: curl_socket_t, onEvents: @escaping (Int32) -> Void) {
        handle = .allocate(capacity: 1)
        guard uv_poll_init_socket(core.loop, handle, descriptor) == 0 else { return nil }
        self.onEvents = onEvents
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    deinit {
        handle.deallocate()
    }

    func watch(reads: Bool, writes: Bool) {
        guard onEvents != nil else { return }
        let events = (reads ? UV_READABLE.rawValue : 0) | (writes ? UV_WRITABLE.rawValue : 0)
        uv_poll_start(handle, Int32(events)) { handle, status, events in
            guard let data = handle?.pointee.data else { return }
            let socket = Unmanaged<CurlSocket>.fromOpaque(data).takeUnretainedValue()
            socket.ready(status, UInt32(bitPattern: events))
        }
    }

    private func ready(_ status: Int32, _ events: UInt32) {
        guard status == 0 else {
            onEvents?(CURL_CSELECT_ERR)
            return
        }
        let reads = events & UV_READABLE.rawValue != 0 ? CURL_CSELECT_IN : 0
        let writes = events & UV_WRITABLE.rawValue != 0 ? CURL_CSELECT_OUT : 0
        onEvents?(reads | writes)
    }

    func close() {
        guard onEvents != nil else { return }
        onEvents = nil
        uv_poll_stop(handle)
        uv_close(UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)) { handle in
            guard let data = handle?.pointee.data else { return }
            Unmanaged<CurlSocket>.fromOpaque(data).release()
        }
    }
}
