import Glibc

/// An identity that the server makes for itself.
extension TLSIdentity {
    /// With less time left, a certificate is renewed.
    private static let renewalSeconds = 30 * 86_400

    /// The self-signed identity in a folder, made there if there is none, or none that is good for another 30 days.
    /// Blocks.
    ///
    /// The folder gets `certificate.pem`, which may be given away, and `key.pem`, which only this user can read.
    /// Processes that share the folder share the identity.
    /// - Throws: `TransportError.system` when the folder cannot be written.
    public static func generated(in directory: String) throws(TransportError) -> TLSIdentity {
        try TLSIdentity(generatedIn: directory)
    }

    /// Makes the files that are missing or no longer good.
    static func ensure(_ directory: String) throws(TransportError) {
        try makeFolders(directory)
        let lock = open(directory + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw TLSFile.system("open \(directory)/lock") }
        // Another process may be making the same files; a few milliseconds.
        flock(lock, LOCK_EX)
        do {
            try ensureLocked(directory)
        } catch {
            close(lock)
            throw error
        }
        close(lock)
    }

    private static func ensureLocked(_ directory: String) throws(TransportError) {
        let (certificateFile, keyFile) = files(in: directory)
        if isGood(certificateFile, keyFile) { return }
        let made = try SelfSignedCertificate.make(for: .current())
        try TLSFile.write(made.key, to: keyFile, mode: 0o600)
        try TLSFile.write(made.certificate, to: certificateFile, mode: 0o644)
    }

    private static func isGood(_ certificateFile: String, _ keyFile: String) -> Bool {
        do {
            let pem = try TLSFile.read(certificateFile, what: "the certificate")
            let secret = try TLSFile.read(keyFile, what: "the key")
            guard let certificate = TLSCertificate.all(inPEM: pem).first, let key = TLSKey.first(inPEM: secret) else {
                return false
            }
            return key.belongs(to: certificate) && certificate.secondsLeft > renewalSeconds
                && certificate.secondsToBegin <= 0
        } catch {
            return false
        }
    }

    static func files(in directory: String) -> (certificate: String, key: String) {
        (directory + "/certificate.pem", directory + "/key.pem")
    }

    private static func makeFolders(_ path: String) throws(TransportError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw TLSFile.system("mkdir \(path)")
        }
        try makeFolders(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw TLSFile.system("mkdir \(path)") }
    }
}
