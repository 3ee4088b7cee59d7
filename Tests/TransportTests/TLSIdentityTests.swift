import Glibc
import Testing
import Transport
import VoiceTesting

/// Certificates and keys in files: what is wrong with them, and what changes while a server runs.
@Suite struct TLSIdentityTests {
    private static func mistake(_ certificate: String, _ key: String) -> String {
        let error = thrown(TransportError.self) { try TLSIdentity(certificateFile: certificate, keyFile: key) }
        guard case .unusableCertificate(let text) = error else { return "" }
        return text
    }

    @Test func everyMistakeIsNamed() throws {
        let tls = try TLSFixture()
        let other = try TLSFixture()
        let (certificate, key) = (tls.certificate, tls.identity.keyFile)
        let missing = Self.mistake("/nowhere/a.pem", "/nowhere/b.pem")
        #expect(missing.contains("/nowhere/a.pem cannot be read (No such file"))
        #expect(missing.contains("/nowhere/b.pem cannot be read (No such file"))
        #expect(Self.mistake(key, key).contains("holds no certificate"))
        #expect(Self.mistake(certificate, certificate).contains("holds no private key"))
        #expect(Self.mistake(certificate, other.identity.keyFile).contains("does not belong"))
        #expect(Self.mistake(tls.folder.path, key).contains("cannot be read"))
        tls.folder.write("locked.pem", Array("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n".utf8))
        #expect(Self.mistake(certificate, tls.folder.path + "/locked.pem").contains("passphrase"))
        tls.folder.write("large.pem", [UInt8](repeating: 65, count: 2 << 20))
        #expect(Self.mistake(tls.folder.path + "/large.pem", key).contains("larger than a megabyte"))
        let names = MachineNames(names: ["localhost"], addresses: [])
        let old = try SelfSignedCertificate.make(for: names, days: -9 ..< -2)
        tls.folder.write("old.pem", old.certificate)
        tls.folder.write("old-key.pem", old.key)
        #expect(Self.mistake(tls.folder.path + "/old.pem", tls.folder.path + "/old-key.pem").contains("expired on"))
    }

    @Test func generatedIdentityIsKeptAndRenewed() throws {
        let folder = try TemporaryFolder()
        let place = folder.path + "/a/b"
        let first = try TLSIdentity.generated(in: place)
        #expect(first.isGenerated)
        #expect(first.timeLeft > .seconds(395 * 86_400))
        #expect(first.timeLeft <= .seconds(397 * 86_400))
        #expect(try TLSIdentity.generated(in: place).fingerprint == first.fingerprint)
        var status = stat()
        #expect(stat(place + "/key.pem", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        // Less than 30 days left, then a key of another certificate, then nothing of sense.
        let names = MachineNames(names: ["localhost"], addresses: ["127.0.0.1"])
        let ending = try SelfSignedCertificate.make(for: names, days: -1..<29)
        folder.write("a/b/certificate.pem", ending.certificate)
        folder.write("a/b/key.pem", ending.key)
        let second = try TLSIdentity.generated(in: place)
        #expect(second.timeLeft > .seconds(395 * 86_400))
        folder.write("a/b/key.pem", ending.key)
        let third = try TLSIdentity.generated(in: place)
        #expect(third.fingerprint != second.fingerprint)
        folder.write("a/b/certificate.pem", Array("torn".utf8))
        #expect(try TLSIdentity.generated(in: place).fingerprint != third.fingerprint)
        #expect(throws: TransportError.self) { try TLSIdentity.generated(in: "/proc/nowhere/tls") }
    }

    @Test func namesAreThoseOfTheCertificate() throws {
        let folder = try TemporaryFolder()
        func write(_ names: [String]) throws {
            let made = try SelfSignedCertificate.make(for: MachineNames(names: names, addresses: ["192.0.2.7"]))
            folder.write("certificate.pem", made.certificate)
            folder.write("key.pem", made.key)
        }
        try write(["Hotpin.example.lan", "*.home.lan"])
        let identity = try TLSIdentity(
            certificateFile: folder.path + "/certificate.pem", keyFile: folder.path + "/key.pem")
        #expect(identity.names == ["hotpin.example.lan", "*.home.lan"])
        try write(["new.example.lan"])
        #expect(identity.names.count == 2)
        try identity.reload()
        #expect(identity.names == ["new.example.lan"])
        try write([])
        try identity.reload()
        #expect(identity.names.isEmpty)
    }

    @Test func newConnectionsGetTheNewCertificate() async throws {
        let tls = try TLSFixture()
        let old = try TLSFixture()
        try await tls.serve(handler: WebSocketServerTests.echo()) { port in
            let url = "wss://127.0.0.1:\(port)/"
            tls.folder.write("first.pem", try #require(Self.read(tls.certificate)))
            let first = try WebSocketClient(trust: .file(tls.folder.path + "/first.pem"))
            try await first.connect(url: url) { socket in
                tls.folder.write("certificate.pem", try #require(Self.read(old.certificate)))
                tls.folder.write("key.pem", try #require(Self.read(old.identity.keyFile)))
                try tls.identity.reload()
                // What is open stays open.
                try await socket.send(text: "still here")
                for try await message in socket.messages {
                    #expect(message == .text(Array("still here".utf8)))
                    break
                }
            }
            await #expect(throws: TransportError.self) { try await first.connect(url: url) { _ in } }
            let second = try WebSocketClient(trust: .file(old.certificate))
            try await second.connect(url: url) { _ in }
            // Broken files change nothing.
            let own = try TLSIdentity(certificateFile: tls.certificate, keyFile: tls.identity.keyFile)
            tls.folder.write("key.pem", Array("torn".utf8))
            #expect(throws: TransportError.self) { try own.reload() }
            #expect(own.fingerprint == old.identity.fingerprint)
            try await second.connect(url: url) { _ in }
        }
    }

    @Test(arguments: [
        ("localhost", true), ("a-b.local", true), ("", false), ("-a", false), ("a..b", false),
        ("a,IP:1.2.3.4", false), ("grüße", false),
    ])
    func namesAreChecked(name: String, isName: Bool) {
        #expect(MachineNames.isName(name) == isName)
    }

    @Test func machineHasItsLoopbackNames() {
        let machine = MachineNames.current()
        #expect(machine.names.first == "localhost")
        #expect(machine.addresses.starts(with: ["127.0.0.1", "::1"]))
        #expect(machine.names.allSatisfy(MachineNames.isName))
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&buffer, 1, buffer.count, file)
        return Array(buffer.prefix(count))
    }
}
