import CUV
import Glibc

/// A listening TCP socket. Belongs to the loop's thread.
package final class Listener: @unchecked Sendable {
    private let loop: EventLoop
    private let handle: TCPHandle
    private var onConnection: ((Socket) -> Void)?
    private var isClosed = false

    package init(loop: EventLoop) {
        self.loop = loop
        handle = TCPHandle(loop: loop)
        handle.hold(self)
    }

    /// Binds and listens.
    /// - Parameter onConnection: called on the loop's thread with each accepted connection.
    /// - Returns: the port, which the kernel chose if 0 was asked for.
    package func listen(on address: SocketAddress, onConnection: @escaping (Socket) -> Void) throws(TransportError)
        -> Int
    {
        self.onConnection = onConnection
        let bound = address.withSockaddr { uv_tcp_bind(handle.raw, $0, 0) }
        let code = bound < 0 ? bound : uv_listen(handle.stream, 1024) { listenerAccepts($0, $1) }
        if code == UV_EADDRINUSE.rawValue { throw .addressInUse(host: address.host, port: address.port) }
        try TransportError.check(code, bound < 0 ? "uv_tcp_bind" : "uv_listen")
        switch handle.address(uv_tcp_getsockname) {
        case .success(let named): return named.port
        case .failure(let code): throw .uv(code.value, "uv_tcp_getsockname")
        }
    }

    fileprivate func accept(_ status: Int32) {
        guard status == 0, !isClosed else { return }
        let socket = Socket(loop: loop)
        if socket.accept(from: handle.stream) {
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
        handle.close { handle in
            guard let data = handle?.pointee.data else { return }
            Unmanaged<Listener>.fromOpaque(data).release()
        }
    }
}

private func listenerAccepts(_ stream: UnsafeMutablePointer<uv_stream_t>?, _ status: Int32) {
    guard let data = stream?.pointee.data else { return }
    Unmanaged<Listener>.fromOpaque(data).takeUnretainedValue().accept(status)
}
