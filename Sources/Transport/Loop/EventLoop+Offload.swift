import CUV

extension EventLoop {
    /// Runs blocking work on one of libuv's worker threads: files, name look-ups.
    /// - Throws: what `work` throws, or `TransportError.system` when the work could not be queued.
    func offload<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withUnsafeThrowingContinuation { continuation in
            execute {
                let request = OffloadRequest {
                    let result = Result { try work() }
                    return { continuation.resume(with: result) }
                }
                if let error = request.start(on: self) { continuation.resume(throwing: error) }
            }
        }
    }

    /// The same for callbacks, on the loop's thread.
    /// - Parameter completion: called on the loop's thread, after this call has returned.
    /// - Returns: why the work could not be queued; then `completion` is not called.
    package func offload<Value: Sendable>(
        _ work: @escaping @Sendable () -> Value, completion: @escaping @Sendable (Value) -> Void
    ) -> TransportError? {
        let request = OffloadRequest {
            let value = work()
            return { completion(value) }
        }
        return request.start(on: self)
    }
}

/// One piece of work on its way through libuv's worker threads.
private final class OffloadRequest: @unchecked Sendable {
    private let request = UnsafeMutablePointer<uv_work_t>.allocate(capacity: 1)
    private let work: @Sendable () -> (@Sendable () -> Void)
    private var finish: (@Sendable () -> Void)?

    init(work: @escaping @Sendable () -> (@Sendable () -> Void)) {
        self.work = work
    }

    deinit {
        request.deallocate()
    }

    func start(on loop: EventLoop) -> TransportError? {
        let me = Unmanaged.passRetained(self)
        request.pointee.data = me.toOpaque()
        let code = uv_queue_work(loop.core.loop, request, { OffloadRequest.of($0)?.run() }) { request, _ in
            guard let data = request?.pointee.data else { return }
            Unmanaged<OffloadRequest>.fromOpaque(data).takeRetainedValue().finish?()
        }
        guard code < 0 else { return nil }
        me.release()
        return .uv(code, "uv_queue_work")
    }

    private static func of(_ request: UnsafeMutablePointer<uv_work_t>?) -> OffloadRequest? {
        request?.pointee.data.map { Unmanaged<OffloadRequest>.fromOpaque($0).takeUnretainedValue() }
    }

    private func run() {
        finish = work()
    }
}
