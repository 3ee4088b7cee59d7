import CUV
import Glibc

/// A libuv TCP handle: memory that libuv uses until it has said that the handle is closed.
struct TCPHandle: ~Copyable {
    let raw: UnsafeMutablePointer<uv_tcp_t>

    init(loop: EventLoop) {
        assert(loop.isCurrent, "a handle begins on its loop's thread")
        raw = .allocate(capacity: 1)
        uv_tcp_init(loop.core.loop, raw)
    }

    deinit {
        raw.deallocate()
    }

    var stream: UnsafeMutablePointer<uv_stream_t> {
        UnsafeMutableRawPointer(raw).assumingMemoryBound(to: uv_stream_t.self)
    }

    /// Keeps the owner alive, for libuv's callbacks, until the callback of `close` takes it.
    func hold<Owner: AnyObject>(_ owner: Owner) {
        raw.pointee.data = Unmanaged.passRetained(owner).toOpaque()
    }

    /// - Parameter closed: must take the owner that is held.
    func close(_ closed: @escaping uv_close_cb) {
        uv_close(UnsafeMutableRawPointer(raw).assumingMemoryBound(to: uv_handle_t.self), closed)
    }

    /// The address that one of libuv's functions tells.
    func address(
        _ name: (UnsafePointer<uv_tcp_t>, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<Int32>) -> Int32
    ) -> Result<SocketAddress, UVCode> {
        var storage = sockaddr_storage()
        var size = Int32(MemoryLayout<sockaddr_storage>.size)
        let code = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name(raw, $0, &size) }
        }
        return code < 0 ? .failure(UVCode(value: code)) : .success(SocketAddress(storage))
    }
}

/// One of libuv's negative return codes.
struct UVCode: Error {
    var value: Int32
}
