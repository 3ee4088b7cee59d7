import COpenSSL
import VoicePipeline

/// The certificate and key that a server shows, from two PEM files, which may be read anew while it runs.
public final class TLSIdentity: Sendable {
    private struct Shown {
        var certificate: TLSCertificate
        var names: [String]
        var context: TLSContext
    }

    /// The files, as given.
    public let certificateFile: String
    public let keyFile: String
    /// Where the identity makes itself; nil for files that somebody else made.
    private let generatedIn: String?
    private let shown: Guarded<Shown>

    /// Reads the files; blocks.
    /// - Parameters:
    ///   - certificateFile: the certificate, then those that signed it.
    ///   - keyFile: its private key, without a passphrase.
    /// - Throws: `TransportError.unusableCertificate`, which names everything that is wrong.
    public init(certificateFile: String, keyFile: String) throws(TransportError) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        generatedIn = nil
        shown = Guarded(try TLSIdentity.load(certificateFile, keyFile))
    }

    init(generatedIn directory: String) throws(TransportError) {
        try TLSIdentity.ensure(directory)
        (certificateFile, keyFile) = TLSIdentity.files(in: directory)
        generatedIn = directory
        shown = Guarded(try TLSIdentity.load(certificateFile, keyFile))
    }

    /// Whether the server made this identity for itself.
    public var isGenerated: Bool { generatedIn != nil }

    /// Reads the files again, and renews them first if they are generated and have less than 30 days left; blocks. New connections get the new certificate, those that are open stay as they are.
    /// - Throws: `TransportError.unusableCertificate`, `.system`; then everything stays as it was.
    public func reload() throws(TransportError) {
        if let generatedIn { try TLSIdentity.ensure(generatedIn) }
        let fresh = try TLSIdentity.load(certificateFile, keyFile)
        shown.withLock { $0 = fresh }
    }

    /// Until the certificate that is shown expires; negative once it has.
    public var timeLeft: Duration { .seconds(shown.withLock { $0.certificate.secondsLeft }) }

    /// When it expires, as `2026-11-21 07:14 UTC`.
    public var end: String { shown.withLock { $0.certificate.end } }

    /// SHA-256 of the certificate that is shown, as browsers show it: `AB:CD:…`.
    public var fingerprint: String { shown.withLock { $0.certificate.fingerprint } }

    /// The names that the certificate is for, of kind DNS, in lower case; `*.` stands for one label.
    public var names: [String] { shown.withLock { $0.names } }

    /// For a new connection.
    var context: TLSContext { shown.withLock { $0.context } }

    private static func load(_ certificateFile: String, _ keyFile: String) throws(TransportError) -> Shown {
        var mistakes: [String] = []
        let chain = certificates(certificateFile, &mistakes)
        let key = privateKey(keyFile, &mistakes)
        if let certificate = chain.first {
            if certificate.secondsLeft < 0 {
                mistakes.append("the certificate \(certificateFile) expired on \(certificate.end); renew it")
            }
            if certificate.secondsToBegin > 0 {
                mistakes.append(
                    "the certificate \(certificateFile) is not valid yet; check this machine's clock, or wait")
            }
            if let key, !key.belongs(to: certificate) {
                mistakes.append(
                    "the key \(keyFile) does not belong to the first certificate in \(certificateFile); name the pair"
                        + " that was made together")
            }
        }
        guard mistakes.isEmpty, let certificate = chain.first, let key else {
            throw .unusableCertificate(mistakes.joined(separator: "; "))
        }
        return Shown(
            certificate: certificate, names: certificate.names, context: try TLSContext.server(chain: chain, key: key))
    }

    private static func certificates(_ path: String, _ mistakes: inout [String]) -> [TLSCertificate] {
        do {
            let chain = TLSCertificate.all(inPEM: try TLSFile.read(path, what: "the certificate"))
            if chain.isEmpty {
                mistakes.append(
                    "\(path) holds no certificate in PEM form (-----BEGIN CERTIFICATE-----); convert it with openssl"
                        + " x509")
            }
            return chain
        } catch {
            mistakes.append(error.description)
            return []
        }
    }

    private static func privateKey(_ path: String, _ mistakes: inout [String]) -> TLSKey? {
        do {
            let pem = try TLSFile.read(path, what: "the key")
            if let key = TLSKey.first(inPEM: pem) { return key }
            let isLocked = String(decoding: pem, as: UTF8.self).contains("ENCRYPTED")
            mistakes.append(
                isLocked
                    ? "the key \(path) is locked with a passphrase; unlock it with openssl pkey"
                    : "\(path) holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)")
        } catch {
            mistakes.append(error.description)
        }
        return nil
    }
}
