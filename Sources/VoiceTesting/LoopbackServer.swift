import Transport
import VoicePipeline

/// Runs a real HTTP server on a free port of this machine for as long as a closure runs.
/// - Parameters:
///   - handler: answers the requests.
///   - body: gets the port; when it returns the server is stopped and awaited.
/// - Throws: what the server or `body` throws.
@discardableResult
public func withLoopbackServer<Value: Sendable>(
    _ configuration: HTTPServerConfiguration = .patient, log: Log = .none, loop: EventLoop? = nil,
    handler: @escaping HTTPServer.Handler, _ body: @escaping @Sendable (Int) async throws -> Value
) async throws -> Value {
    var configuration = configuration
    for index in configuration.listeners.indices { configuration.listeners[index].port = 0 }
    let (addresses, announce) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
    let server = HTTPServer(
        configuration: configuration, log: log, loop: loop,
        onListening: { address in
            announce.yield(address.port)
            announce.finish()
        }, handler: handler)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { announce.finish() }
            try await server.run()
        }
        var port: Int?
        for await announced in addresses { port = announced }
        guard let port else {
            try await group.next()
            throw LoopbackServerError.notListening
        }
        let value: Value
        do {
            value = try await body(port)
        } catch {
            group.cancelAll()
            throw error
        }
        group.cancelAll()
        try await group.waitForAll()
        return value
    }
}

extension HTTPServerConfiguration {
    /// On a free port; for tests in which the machine is slow, and no client.
    public static var patient: HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.headerTimeout = .seconds(120)
        return configuration
    }
}

/// Why a loopback server could not be used.
public enum LoopbackServerError: Error {
    /// It ended without having listened.
    case notListening
}
