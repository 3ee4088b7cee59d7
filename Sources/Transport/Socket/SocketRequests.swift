import CUV
import Glibc

/// Bytes on their way into the kernel, kept until it has them.
final class WriteRequest {
    private let request = UnsafeMutablePointer<uv_write_t>.allocate(capacity: 1)
    private let bytes: UnsafeMutableRawBufferPointer
    private let socket: Socket

    init(_ socket: Socket, _ slice: ArraySlice<UInt8>) {
        self.socket = socket
        bytes = .allocate(byteCount: slice.count, alignment: 1)
        bytes.copyBytes(from: slice)
    }

    deinit {
        request.deallocate()
        bytes.deallocate()
    }

    func start(_ stream: UnsafeMutablePointer<uv_stream_t>) -> Int32 {
        var buffer = uv_buf_t(
            base: bytes.baseAddress?.assumingMemoryBound(to: CChar.self), len: bytes.count)
        let me = Unmanaged.passRetained(self)
        request.pointee.data = me.toOpaque()
        let code = uv_write(request, stream, &buffer, 1) { request, status in
            guard let data = request?.pointee.data else { return }
            Unmanaged<WriteRequest>.fromOpaque(data).takeRetainedValue().socket.wrote(status)
        }
        if code < 0 { me.release() }
        return code
    }
}

/// The end of the output.
final class ShutdownRequest {
    private let request = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)

    deinit {
        request.deallocate()
    }

    func start(_ stream: UnsafeMutablePointer<uv_stream_t>) -> Int32 {
        let me = Unmanaged.passRetained(self)
        request.pointee.data = me.toOpaque()
        let code = uv_shutdown(request, stream) { request, _ in
            guard let data = request?.pointee.data else { return }
            Unmanaged<ShutdownRequest>.fromOpaque(data).release()
        }
        if code < 0 { me.release() }
        return code
    }
}

/// A connection being made.
final class ConnectRequest {
    private let request = UnsafeMutablePointer<uv_connect_t>.allocate(capacity: 1)
    private let completion: (Int32) -> Void

    init(_ completion: @escaping (Int32) -> Void) {
        self.completion = completion
    }

    deinit {
        request.deallocate()
    }

    func start(_ handle: UnsafeMutablePointer<uv_tcp_t>, _ address: UnsafePointer<sockaddr>) -> Int32 {
        let me = Unmanaged.passRetained(self)
        request.pointee.data = me.toOpaque()
        let code = uv_tcp_connect(request, handle, address) { request, status in
            guard let data = request?.pointee.data else { return }
            Unmanaged<ConnectRequest>.fromOpaque(data).takeRetainedValue().completion(status)
        }
        if code < 0 { me.release() }
        return code
    }
}
