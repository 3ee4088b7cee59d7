import CUV

extension Socket {
    /// Connects to the first address of a host that answers.
    /// - Parameter timeout: for all addresses together, without the look-up of the name.
    /// - Throws: `TransportError.unknownHost`, `.unreachable`; `CancellationError`.
    package static func connect(loop: EventLoop, host: String, port: Int, timeout: Duration) async throws -> Socket {
        let addresses = try await loop.offload { try SocketAddress.resolve(host: host, port: port) }
        let attempt = ConnectAttempt(loop: loop)
        var reason = "it has no address"
        let deadline = ContinuousClock.now + timeout
        for address in addresses {
            let left = deadline - ContinuousClock.now
            guard left > .zero else { break }
            switch await attempt.connect(to: address, timeout: left) {
            case .success(let socket): return socket
            case .failure(let error): reason = error.reason
            }
            try Task.checkCancellation()
        }
        throw TransportError.unreachable(host: host, port: port, reason: reason)
    }
}

/// Connects to one address after the other, on a loop.
private actor ConnectAttempt {
    struct Failure: Error {
        var reason: String
    }

    private let loop: EventLoop

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop) {
        self.loop = loop
    }

    func connect(to address: SocketAddress, timeout: Duration) async -> Result<Socket, Failure> {
        let socket = Socket(loop: loop)
        let outcome = ConnectOutcome()
        let timer = LoopTimer(loop: loop) {
            outcome.resolve("no answer in time")
        }
        timer.start(milliseconds: timeout.loopMilliseconds)
        let reason = await withTaskCancellationHandler {
            // Without the capture the closure would run on the global pool.
            _ = self
            return await withUnsafeContinuation { continuation in
                guard outcome.wait(continuation) else { return }
                guard !Task.isCancelled else {
                    outcome.resolve("cancelled")
                    return
                }
                socket.connect(to: address) { code in
                    outcome.resolve(code < 0 ? String(cString: uv_strerror(code)) : nil)
                }
            }
        } onCancel: {
            loop.execute {
                outcome.resolve("cancelled")
            }
        }
        timer.close()
        if let reason {
            socket.close()
            return .failure(Failure(reason: reason))
        }
        socket.opened()
        return .success(socket)
    }
}

/// The first of several ends of an attempt, which may come before anybody waits for it. Belongs to the loop's thread.
private final class ConnectOutcome: @unchecked Sendable {
    private enum State {
        case open
        case awaited(UnsafeContinuation<String?, Never>)
        case resolved(String?)
    }
    private var state = State.open

    /// - Returns: whether there is anything left to be done; if not, the continuation was resumed.
    func wait(_ continuation: UnsafeContinuation<String?, Never>) -> Bool {
        if case .resolved(let reason) = state {
            continuation.resume(returning: reason)
            return false
        }
        state = .awaited(continuation)
        return true
    }

    /// - Parameter reason: nil for success.
    func resolve(_ reason: String?) {
        switch state {
        case .open: state = .resolved(reason)
        case .awaited(let continuation):
            state = .resolved(reason)
            continuation.resume(returning: reason)
        case .resolved: break
        }
    }
}
