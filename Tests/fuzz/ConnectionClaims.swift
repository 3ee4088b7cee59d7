import Glibc
import Synchronization
import Transport
import VoiceTesting

/// A real server over loopback: whatever is sent, the connection ends, and what is answered is HTTP.
enum ConnectionClaims {
    static func check(_ bytes: [UInt8]) {
        guard let peer = Peer(port: port) else { return }
        var cuts = Random(seed: bytes)
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(1 + Int(cuts.next() % UInt64(bytes.count)))
            guard peer.send(Array(piece)) else { break }
            rest = rest.dropFirst(piece.count)
        }
        peer.endSending()
        guard let answer = peer.receiveToEnd(seconds: 10) else {
            claim(false, "the connection does not end")
            return
        }
        claim(answer.isEmpty || answer.starts(with: Array("HTTP/1.1 ".utf8)), "the answer is not HTTP")
    }

    /// Where the server listens; it starts with the first input and runs as long as the program.
    private static let port: UInt16 = {
        let listening = Semaphore()
        Task.detached { [listening] in
            try await withLoopbackServer(configuration, handler: answer) { chosen in
                announced.store(chosen, ordering: .sequentiallyConsistent)
                listening.signal()
                try await Task.sleep(for: .seconds(1 << 30))
            }
        }
        listening.wait()
        return UInt16(announced.load(ordering: .sequentiallyConsistent))
    }()

    private static let announced = Atomic<Int>(0)

    /// Small limits, so that short inputs reach them.
    private static var configuration: HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.maxHeaderBytes = 512
        configuration.maxHeaderFields = 8
        configuration.maxBodyBytes = 1_024
        configuration.bodyBuffer = 256
        configuration.sendHighWater = 512
        configuration.maxWebSocketMessage = 512
        configuration.maxWebSocketQueue = 512
        return configuration
    }

    private static let answer: HTTPServer.Handler = { request, responder in
        if request.isWebSocketUpgrade {
            return try await responder.webSocket { socket in
                for try await message in socket.messages {
                    switch message {
                    case .text(let text): try await socket.send(text: text)
                    case .binary(let bytes): try await socket.send(binary: bytes)
                    }
                }
            }
        }
        switch request.path {
        case "/stream":
            try await responder.stream(200) { writer in
                for try await piece in request.body { try await writer.write(piece) }
            }
        case "/deaf":
            try await responder.respond(200, body: Array("ok".utf8))
        default:
            var body: [UInt8] = []
            for try await piece in request.body { body += piece }
            try await responder.respond(200, body: body)
        }
    }
}

/// A bare TCP client that blocks.
private struct Peer: ~Copyable {
    private let descriptor: Int32

    init?(port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = in_addr(s_addr: in_addr_t(0x7F00_0001).bigEndian)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            close(descriptor)
            return nil
        }
        // Thousands of connections a minute would else use up the ports.
        var gone = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &gone, socklen_t(MemoryLayout<linger>.size))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// - Returns: false once the server takes no more.
    func send(_ bytes: [UInt8]) -> Bool {
        Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// - Returns: nil when the end does not come in time; a reset is an end.
    func receiveToEnd(seconds: Int32) -> [UInt8]? {
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let count = poll(&ready, 1, seconds * 1_000)
            // The fuzzer's own clock is a signal, and may come at any moment.
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return nil }
            let received = recv(descriptor, &buffer, buffer.count, 0)
            guard received > 0 else { return answer }
            answer += buffer[..<received]
        }
    }
}
