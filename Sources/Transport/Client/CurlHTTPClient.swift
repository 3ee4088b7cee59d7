import VoicePipeline

/// Outgoing HTTP, with libcurl on a loop of its own: name look-ups and TLS handshakes do not stall the server's.
///
/// Connections are kept and used again. Redirects are not followed, certificates are checked, and only `http` and
/// `https` are spoken.
public struct CurlHTTPClient: HTTPClient {
    private let engine: CurlEngine
    private let loop: EventLoop
    private let configuration: CurlHTTPClientConfiguration

    /// - Throws: `TransportError.system` when no loop can be started.
    public init(_ configuration: CurlHTTPClientConfiguration = .init()) throws(TransportError) {
        loop = try EventLoop(name: "http-client")
        engine = try CurlEngine(loop: loop, configuration: configuration)
        self.configuration = configuration
    }

    /// Sends one request and hands over the response as it comes.
    /// - Throws: `HTTPClientError`; what `receive` throws.
    public func send(
        _ request: HTTPClientRequest, receive: @Sendable (HTTPClientEvent) async throws -> Void
    ) async throws {
        if Task.isCancelled { throw HTTPClientError.cancelled }
        let transfer = try CurlTransfer(request, configuration: configuration, loop: loop)
        do {
            try await engine.start(transfer)
            while let event = try await engine.next(of: transfer) {
                try await receive(event)
            }
        } catch is CancellationError where Task.isCancelled {
            await engine.end(transfer)
            throw HTTPClientError.cancelled
        } catch {
            await engine.end(transfer)
            throw error
        }
        await engine.end(transfer)
    }
}
