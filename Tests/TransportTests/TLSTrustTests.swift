import Testing
import Transport
import VoiceTesting

/// What a client believes, and what it says when it does not.
@Suite struct TLSTrustTests {
    private static func refusal(trust: TLSTrust, host: String = "127.0.0.1", _ tls: TLSFixture) async throws
        -> TransportError?
    {
        try await tls.serve(handler: WebSocketServerTests.echo()) { port in
            let client = try WebSocketClient(trust: trust)
            return await thrown(TransportError.self) {
                try await client.connect(url: "wss://\(host):\(port)/") { _ in }
            }
        }
    }

    @Test func strangersCertificateIsRefused() async throws {
        let other = try TLSFixture()
        for trust in [TLSTrust.system, .file(other.certificate)] {
            let error = try await Self.refusal(trust: trust, TLSFixture())
            guard case .untrustedCertificate("127.0.0.1", let reason) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.contains("certificate"))
        }
    }

    @Test(arguments: [
        (MachineNames(names: ["elsewhere.example"], addresses: ["192.0.2.1"]), -1..<396),
        (MachineNames(names: ["localhost"], addresses: ["127.0.0.1"]), 1..<396),
    ])
    func certificateForAnotherHostOrTimeIsRefused(names: MachineNames, days: Range<Int>) async throws {
        let tls = try TLSFixture()
        let made = try SelfSignedCertificate.make(for: names, days: days)
        tls.folder.write("certificate.pem", made.certificate)
        tls.folder.write("key.pem", made.key)
        if days.lowerBound < 0 {
            try tls.identity.reload()
            let error = try await Self.refusal(trust: .file(tls.certificate), tls)
            guard case .untrustedCertificate = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        } else {
            let error = thrown(TransportError.self) {
                try TLSIdentity(certificateFile: tls.certificate, keyFile: tls.identity.keyFile)
            }
            #expect(error?.description.contains("not valid yet") == true)
        }
    }

    @Test func fileWithoutCertificatesIsNamed() async throws {
        let tls = try TLSFixture()
        tls.folder.write("empty.pem", Array("nothing".utf8))
        for name in ["empty.pem", "missing.pem"] {
            let path = tls.folder.path + "/" + name
            let error = try await Self.refusal(trust: .file(path), tls)
            guard case .unusableCertificate(let text) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(text.contains(path))
        }
    }

    @Test func serverWithoutTLSIsNotBelieved() async throws {
        try await withLoopbackServer(handler: WebSocketServerTests.echo()) { port in
            let client = try WebSocketClient()
            let error = await thrown(TransportError.self) {
                try await client.connect(url: "wss://127.0.0.1:\(port)/") { _ in }
            }
            guard case .tlsFailed = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func silentServerTimesOut() async throws {
        let script = try LoopbackScript(answer: "", ending: .hang)
        let port = try await script.listen()
        let client = try WebSocketClient(connectTimeout: .milliseconds(500))
        await #expect(throws: TransportError.timedOut) {
            try await client.connect(url: "wss://127.0.0.1:\(port)/") { _ in }
        }
        await script.stop()
    }
}
