import Glibc
import Transport
import VoicePipeline

/// Sends every WebSocket message back, so that conformance suites can be pointed at the project's own stack.
@main
struct Echo {
    static func main() async {
        var configuration = HTTPServerConfiguration(port: 9001)
        configuration.maxWebSocketMessage = 32 * 1024 * 1024
        // The conformance suite sends 4 MiB in pieces of 64 bytes.
        configuration.maxWebSocketFragments = 1 << 17
        var arguments = CommandLine.arguments.dropFirst()
        while let argument = arguments.popFirst() {
            let text = arguments.popFirst() ?? ""
            let value = Int(text)
            switch (argument, value) {
            case ("--port", let port?) where (0...65_535).contains(port):
                configuration.listeners[0].port = port
            case ("--tls", _):
                do {
                    configuration.listeners[0].identity = try TLSIdentity.generated(in: text)
                } catch {
                    say("ws-echo: \(error)", to: 2)
                    exit(1)
                }
            case ("--connections", let count?) where (1...1_000_000).contains(count):
                configuration.maxConnections = count
                configuration.maxConnectionsPerAddress = count
            default:
                say(usage, to: 2)
                exit(2)
            }
        }
        let server = HTTPServer(
            configuration: configuration, log: .none,
            onListening: { say("listening on \($0.host):\($0.port)", to: 1) },
            handler: { request, responder in
                guard request.isWebSocketUpgrade else {
                    throw HTTPError(426, "This is a WebSocket echo; open ws:// here.")
                }
                try await responder.webSocket { socket in
                    for try await message in socket.messages {
                        switch message {
                        case .text(let bytes): try await socket.send(text: bytes)
                        case .binary(let bytes): try await socket.send(binary: bytes)
                        }
                    }
                }
            })
        do {
            try await server.run()
        } catch {
            say("ws-echo: \(error)", to: 2)
            exit(1)
        }
    }

    private static let usage = """
        Usage: ws-echo [--port N] [--connections N] [--tls FOLDER]
          --port         from 0 to 65535; 0 takes a free port; 9001 unless given
          --connections  clients at once, from all addresses and from one; 1024 and 256 unless given
          --tls          wss, with the certificate in a folder; made there if it is missing
        """

    private static func say(_ line: String, to descriptor: Int32) {
        let bytes = Array((line + "\n").utf8)
        _ = write(descriptor, bytes, bytes.count)
    }
}
