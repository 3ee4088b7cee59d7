import CCurl
import VoicePipeline

/// libcurl's set of transfers, on its loop.
actor CurlEngine {
    private let loop: EventLoop
    private let multi: CurlMulti

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop, configuration: CurlHTTPClientConfiguration) throws(TransportError) {
        self.loop = loop
        multi = try CurlMulti(core: loop.core, maxIdleConnections: configuration.maxIdleConnections)
    }

    deinit {
        // The loop comes to this before its thread ends.
        loop.execute { [multi] in multi.close() }
    }

    func start(_ transfer: CurlTransfer) throws {
        try multi.add(transfer)
    }

    /// The next part of the response; nil at its end.
    /// - Throws: `HTTPClientError`; `CancellationError`.
    func next(of transfer: CurlTransfer) async throws -> HTTPClientEvent? {
        while true {
            let count = transfer.changed.count
            if let event = transfer.takeEvent() {
                multi.resume(transfer)
                return event
            }
            if let outcome = transfer.outcome {
                if let error = outcome.error { throw error }
                return nil
            }
            try await transfer.changed.wait(since: count, isolation: self)
        }
    }

    /// Breaks a transfer off unless it is over.
    func end(_ transfer: CurlTransfer) {
        multi.remove(transfer)
    }
}
