import COpenSSL

/// An X.509 certificate. Immutable once made.
final class TLSCertificate: @unchecked Sendable {
    let raw: OpaquePointer

    /// - Parameter raw: owned from here on.
    init(_ raw: OpaquePointer) {
        self.raw = raw
    }

    deinit {
        X509_free(raw)
    }

    /// The certificates of a PEM text, in its order; empty if there are none.
    static func all(inPEM pem: [UInt8]) -> [TLSCertificate] {
        ERR_clear_error()
        defer { ERR_clear_error() }
        return pem.withUnsafeBytes { bytes in
            guard let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return [] }
            defer { BIO_free(bio) }
            var found: [TLSCertificate] = []
            while found.count < 100, let raw = PEM_read_bio_X509(bio, nil, noPassphrase, nil) {
                found.append(TLSCertificate(raw))
            }
            return found
        }
    }

    /// Seconds until it expires; negative once it has.
    var secondsLeft: Int { TLSCertificate.seconds(to: X509_get0_notAfter(raw)) ?? -1 }

    /// Seconds until it begins to be valid; negative once it has.
    var secondsToBegin: Int { TLSCertificate.seconds(to: X509_get0_notBefore(raw)) ?? 1 }

    /// As `2026-11-21 07:14 UTC`.
    var end: String {
        var time = tm()
        guard ASN1_TIME_to_tm(X509_get0_notAfter(raw), &time) == 1 else { return "an unreadable date" }
        let two = { (value: Int32) in (value < 10 ? "0" : "") + "\(value)" }
        return "\(time.tm_year + 1900)-\(two(time.tm_mon + 1))-\(two(time.tm_mday)) "
            + "\(two(time.tm_hour)):\(two(time.tm_min)) UTC"
    }

    /// SHA-256 of the whole, as browsers show it: `AB:CD:…`.
    var fingerprint: String {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard X509_digest(raw, EVP_sha256(), &digest, &count) == 1 else { return "" }
        return digest.prefix(Int(count)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
            .joined(separator: ":")
    }

    /// The names that it is for, of kind DNS, in lower case; `*.` stands for one label. Its addresses are not among them.
    var names: [String] {
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard let list = X509_get_ext_d2i(raw, NID_subject_alt_name, nil, nil) else { return [] }
        let all = OpaquePointer(list)
        defer { GENERAL_NAMES_free(all) }
        return (0..<max(0, openssl_shim_name_count(all))).compactMap { index in
            var text: UnsafePointer<UInt8>?
            let count = openssl_shim_dns_name(all, index, &text)
            guard count > 0, let text else { return nil }
            return String(decoding: UnsafeBufferPointer(start: text, count: Int(count)), as: UTF8.self).lowercased()
        }
    }

    private static func seconds(to time: UnsafePointer<ASN1_TIME>?) -> Int? {
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard ASN1_TIME_diff(&days, &seconds, nil, time) == 1 else { return nil }
        return Int(days) * 86_400 + Int(seconds)
    }
}

/// A private key. Immutable once made.
final class TLSKey: @unchecked Sendable {
    let raw: OpaquePointer

    /// - Parameter raw: owned from here on.
    init(_ raw: OpaquePointer) {
        self.raw = raw
    }

    deinit {
        EVP_PKEY_free(raw)
    }

    /// The first private key of a PEM text; nil if there is none, or if it is locked with a passphrase.
    static func first(inPEM pem: [UInt8]) -> TLSKey? {
        ERR_clear_error()
        defer { ERR_clear_error() }
        return pem.withUnsafeBytes { bytes in
            guard let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
            defer { BIO_free(bio) }
            return PEM_read_bio_PrivateKey(bio, nil, noPassphrase, nil).map(TLSKey.init)
        }
    }

    func belongs(to certificate: TLSCertificate) -> Bool {
        defer { ERR_clear_error() }
        return X509_check_private_key(certificate.raw, raw) == 1
    }
}

/// A server has nobody to ask for a passphrase; OpenSSL would ask at the terminal.
private func noPassphrase(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int32, _ writes: Int32, _ user: UnsafeMutableRawPointer?
) -> Int32 {
    -1
}
