import CUV
import Glibc

/// A listening TCP socket. Belongs to the loop's thread.
package final class Listener: @unchecked Sendable {
    private let loop: EventLoop
    private let handle: UnsafeMutablePointer<uv_tcp_t>
    private var onConnection: ((Socket) -> Void)?
    private var isClosed = false

    package init(loop: EventLoop) {
        assert(loop.isCurrent, "a listener begins on its loop's thread")
        self.loop = loop
        handle = .allocate(capacity: 1)
        uv_tcp_init(loop.core.loop, handle)
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    deinit {
        handle.deallocate()
    }

    private var stream: UnsafeMutablePointer<uv_stream_t> {
        UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_stream_t.self)
    }

    /// Binds and listens.
    /// - Parameter onConnection: called on the loop's thread with each accepted connection.
    /// - Returns: the port, which the kernel chose if 0 was asked for.
    package func listen(on address: SocketAddress, onConnection: @escaping (Socket) -> Void) throws(TransportError)
        -> Int
    {
        self.onConnection = onConnection
        let bound = address.withSockaddr { uv_tcp_bind(handle, $0, 0) }
        let code = bound < 0 ? bound : uv_listen(stream, 1024) { listenerAccepts($0, $1) }
        if code == UV_EADDRINUSE.rawValue { throw .addressInUse(host: address.host, port: address.port) }
        try TransportError.check(code, bound < 0 ? "uv_tcp_bind" : "uv_listen")
        var storage = sockaddr_storage()
        var size = Int32(MemoryLayout<sockaddr_storage>.size)
        let named = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { uv_tcp_getsockname(handle, $0, &size) }
        }
        try TransportError.check(named, "uv_tcp_getsockname")
        return SocketAddress(storage).port
    }

    fileprivate func accept(_ status: Int32) {
        guard status == 0, !isClosed else { return }
        let socket = Socket(loop: loop)
        if socket.accept(from: stream) {
            onConnection?(socket)
        } else {
            socket.close()
        }
    }

    /// Stops listening; connections go on.
    package func close() {
        guard !isClosed else { return }
        isClosed = true
        onConnection = nil
        uv_close(UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)) { handle in
            guard let data = handle?.pointee.data else { return }
            Unmanaged<Listener>.fromOpaque(data).release()
        }
    }
}

private func listenerAccepts(_ stream: UnsafeMutablePointer<uv_stream_t>?, _ status: Int32) {
    guard let data = stream?.pointee.data else { return }
    Unmanaged<Listener>.fromOpaque(data).takeUnretainedValue().accept(status)
}
