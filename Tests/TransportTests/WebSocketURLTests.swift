import Testing
import Transport

@Suite struct WebSocketURLTests {
    @Test(arguments: [
        ("ws://host", "host", 80, "/"), ("WS://host:8000/ws?a=b", "host", 8000, "/ws?a=b"),
        ("ws://[::1]:9/x", "::1", 9, "/x"), ("ws://127.0.0.1?x", "127.0.0.1", 80, "/?x"),
        ("wss://host", "host", 443, "/"),
        ("WSS://[::1]:8443/ws", "::1", 8443, "/ws"),
    ])
    func urlIsTakenApart(url: String, host: String, port: Int, target: String) throws {
        let parsed = try WebSocketURL(url)
        #expect(parsed.host == host)
        #expect(parsed.port == port)
        #expect(parsed.target == target)
    }

    @Test(arguments: [
        "", "ws://", "http://host", "wss://host:0", "wsss://host", "ws://host:0", "ws://host:99999", "ws://host:x",
        "ws://u@host",
        "ws://host/a b", "ws://host/\r\nX: y", "ws://[::1", "ws://host/#f", "ws://:80/",
    ])
    func otherIsRefused(url: String) {
        #expect(throws: TransportError.invalidURL(url)) { try WebSocketURL(url) }
    }
}
