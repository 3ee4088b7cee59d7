import Testing
import VoicePipeline
import VoiceServer
import VoiceTesting

@Suite struct OriginPolicyTests {
    private let policy = OriginPolicy(
        names: ["pi", "pi.local", "0.0.0.0", "Hotpin.Example", "*.home.example"],
        origins: ["https://Panel.example", "app://hotpin"])

    @Test(arguments: [
        "localhost", "localhost:8000", "LOCALHOST:8000", "localhost.:8000", "127.0.0.1:8000", "192.168.1.20",
        "10.1.2.3:1",
        "[::1]:8000", "[2001:db8::7]", "pi:8000", "pi.local", "hotpin.example", "a.home.example:8443",
        "a.b.home.example",
    ])
    func answersToItsOwnNames(host: String) {
        #expect(policy.refusal(hosts: [host], origins: []) == nil)
    }

    @Test(arguments: [
        "evil.test", "evil.test:8000", "localhost.evil.test", "pi.evil.test", "127.0.0.1.evil.test", "home.example",
        "evilhome.example", "xhotpin.example", "127.1", "", ":8000", "localhost:", "localhost:0", "localhost:99999",
        "localhost:80:80", "localhost/", "user@localhost", "[::1", "::1", "[localhost]", "[::1]x", "lo calhost",
        "localhost..",
        "*.home.example",
    ])
    func answersToNoOther(host: String) {
        #expect(policy.refusal(hosts: [host], origins: []) == .host(host))
    }

    @Test func twoHostsAreNone() {
        #expect(policy.refusal(hosts: ["localhost", "localhost"], origins: []) == .host(""))
        // Programs of old that send none are no browsers.
        #expect(policy.refusal(hosts: [], origins: []) == nil)
        #expect(policy.refusal(hosts: [], origins: ["http://localhost"]) == .origin("http://localhost"))
    }

    @Test(arguments: [
        ("localhost:8000", "http://localhost:8000"), ("192.168.1.20:8000", "http://192.168.1.20:8000"),
        ("[::1]:8000", "http://[::1]:8000"), ("pi.local", "http://pi.local"),
        ("hotpin.example", "https://hotpin.example"),
        ("hotpin.example:443", "https://hotpin.example"), ("hotpin.example", "https://hotpin.example:443"),
        ("Hotpin.Example:8443", "https://hotpin.example:8443"), ("localhost:8000", "https://panel.example"),
        ("localhost:8000", "app://hotpin"),
    ])
    func letsItsOwnPagesIn(host: String, origin: String) {
        #expect(policy.refusal(hosts: [host], origins: [origin]) == nil)
    }

    @Test(arguments: [
        ("localhost:8000", "http://localhost:3000"), ("localhost:8000", "http://localhost"),
        ("localhost:8000", "http://127.0.0.1:8000"), ("localhost:8000", "https://evil.test"),
        ("localhost:8000", "http://localhost:8000.evil.test"), ("localhost:8000", "null"), ("localhost:8000", ""),
        ("localhost:8000", "file://"), ("localhost:8000", "http://localhost:8000/"),
        ("localhost:8000", "localhost:8000"),
        ("hotpin.example", "http://hotpin.example:443"), ("localhost:8000", "https://panel.example.evil.test"),
    ])
    func letsNoOtherPagesIn(host: String, origin: String) {
        #expect(policy.refusal(hosts: [host], origins: [origin]) == .origin(origin))
    }

    @Test(arguments: [
        ("hotpin.example.lan:8443", true), ("HOTPIN.example.lan", true), ("hotpin.example.lan.", true),
        ("kitchen.home.lan", true), ("a.kitchen.home.lan", false), ("home.lan", false), (".home.lan", false),
        ("example.lan", false), ("x.hotpin.example.lan", false), ("lan", false), ("a.b", false),
        ("kitchen.home.lan.evil.test", false), ("evil.test", false),
    ])
    func answersToTheNamesOfItsCertificate(host: String, isKnown: Bool) {
        let names = ["hotpin.example.lan", "*.home.lan", "*", "*.", "*b", ""]
        let refusal = policy.refusal(hosts: [host], origins: [], certificateNames: { names })
        #expect(refusal == (isKnown ? nil : .host(host)))
        // Its own page comes along.
        guard isKnown, !host.hasSuffix(".") else { return }
        #expect(
            policy.refusal(hosts: [host], origins: ["https://" + host], certificateNames: { names }) == nil)
        #expect(policy.refusal(hosts: [host], origins: ["https://evil.test"], certificateNames: { names }) != nil)
    }

    /// A new certificate is in force at once.
    @Test func asksForTheNamesAnew() async throws {
        let names = Guarded(["old.test"])
        var policy = AccessPolicy()
        policy.certificateNames = { names.withLock { $0 } }
        let authenticator = Authenticator(policy: policy)
        try await ServerUnderTest.run(authenticator: authenticator) { (server) async throws in
            #expect(try await Self.status(server, "old.test") == 101)
            #expect(try await Self.status(server, "new.test") == 421)
            names.withLock { $0 = ["new.test"] }
            #expect(try await Self.status(server, "old.test") == 421)
            #expect(try await Self.status(server, "new.test") == 101)
        }
    }

    /// What a WebSocket under that name is answered.
    private static func status(_ server: ServerUnderTest, _ host: String) async throws -> Int? {
        let peer = try await LoopbackPeer.connect(port: server.port)
        await peer.send(
            "GET /ws HTTP/1.1\r\nHost: \(host)\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        let line = try await peer.read(through: "\r\n")
        await peer.close()
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }

    @Test func twoOriginsAreNone() {
        #expect(
            policy.refusal(hosts: ["localhost"], origins: ["http://localhost", "http://localhost"]) == .origin(""))
    }

    @Test func saysNothingThatCouldHarmAReader() {
        let evil = "evil\r\n\u{1B}[31m“" + String(repeating: "x", count: 500)
        for refusal in [AccessRefusal.host(evil), .origin(evil)] {
            #expect(refusal.message.utf8.count < 400)
            #expect(!refusal.message.unicodeScalars.contains { $0.value < 0x20 })
        }
    }
}
