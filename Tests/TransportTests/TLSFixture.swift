import Transport
import VoicePipeline
import VoiceTesting

/// A server inside TLS on a free port of this machine, and a certificate to believe it by.
struct TLSFixture: Sendable {
    let folder: TemporaryFolder
    let identity: TLSIdentity

    init() throws {
        folder = try TemporaryFolder()
        identity = try TLSIdentity.generated(in: folder.path)
    }

    var certificate: String { identity.certificateFile }

    func serve<Value: Sendable>(
        _ configuration: HTTPServerConfiguration = .patient, handler: @escaping HTTPServer.Handler,
        _ body: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        var configuration = configuration
        configuration.listeners = [HTTPListener(port: 0, identity: identity)]
        return try await withLoopbackServer(configuration, handler: handler, body)
    }

    func client(_ loop: EventLoop? = nil) throws -> WebSocketClient {
        try WebSocketClient(loop: loop, trust: .file(certificate))
    }

    /// A ClientHello of TLS 1.2 that a server with a P-256 key answers.
    /// - Parameter version: the newest that the client speaks: 0x0303 is TLS 1.2.
    static func hello(version: UInt16 = 0x0303, padding: Int = 0) -> [UInt8] {
        func two(_ value: Int) -> [UInt8] { [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)] }
        func block(_ bytes: [UInt8]) -> [UInt8] { two(bytes.count) + bytes }
        let ecdsa: [UInt8] = [0xC0, 0x2B, 0xC0, 0x0A]
        let groups = two(10) + block(block([0, 23]))
        let points = two(11) + block([1, 0])
        let signatures = two(13) + block(block([4, 3]))
        let pad = padding > 0 ? two(21) + block([UInt8](repeating: 0, count: padding)) : []
        let start = two(Int(version)) + [UInt8](repeating: 9, count: 32) + [0]
        let body = start + block(ecdsa) + [1, 0] + block(groups + points + signatures + pad)
        let message = [1, 0] + block(body)
        var records: [UInt8] = []
        for index in stride(from: 0, to: message.count, by: 16_384) {
            records += [22, 3, 1] + block(Array(message[index..<min(index + 16_384, message.count)]))
        }
        return records
    }
}

/// Counts up, on any thread.
final class Tally: Sendable {
    private let count = Guarded(0)

    func add(_ more: Int) { count.withLock { $0 += more } }
    var value: Int { count.withLock { $0 } }

    /// Waits until nothing is added any more for a good number of turns.
    func settled() async -> Int {
        var (last, still) = (value, 0)
        while still < 2000 {
            await Task.yield()
            let now = value
            (last, still) = (now, now == last ? still + 1 : 0)
        }
        return last
    }
}
