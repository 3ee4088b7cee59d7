import COpenSSL

/// A certificate that vouches for itself, for a server whose owner has no other: EC P-256, for 397 days, the longest
/// that browsers accept.
package struct SelfSignedCertificate {
    /// PEM.
    package let certificate: [UInt8]
    /// PEM; secret.
    package let key: [UInt8]

    private static let daySeconds = 86_400

    /// - Parameters:
    ///   - machine: what the certificate is for.
    ///   - days: when it begins and ends, from now; from yesterday on, for clients whose clock is late.
    /// - Throws: `TransportError.tlsFailed` when OpenSSL cannot make one.
    package static func make(
        for machine: MachineNames, days: Range<Int> = -1..<396
    ) throws(TransportError) -> SelfSignedCertificate {
        _ = TLSCall.isPrepared
        ERR_clear_error()
        guard let rawKey = openssl_shim_new_p256() else { throw failure("a key") }
        let key = TLSKey(rawKey)
        guard let raw = X509_new() else { throw failure("a certificate") }
        let certificate = TLSCertificate(raw)
        try TLSCall.check(Int(X509_set_version(raw, 2)), "version")
        let serial = randomBytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } >> 1
        try TLSCall.check(Int(ASN1_INTEGER_set_uint64(X509_get_serialNumber(raw), serial | 1)), "serial number")
        guard X509_gmtime_adj(X509_getm_notBefore(raw), days.lowerBound * daySeconds) != nil,
            X509_gmtime_adj(X509_getm_notAfter(raw), days.upperBound * daySeconds) != nil
        else { throw failure("the time") }
        let subject = X509_get_subject_name(raw)
        let name = "Hotpin on \(machine.names.dropFirst().first ?? "localhost")"
        for (field, value) in [("O", "Hotpin, self-signed"), ("CN", String(name.prefix(64)))] {
            let code = X509_NAME_add_entry_by_txt(subject, field, MBSTRING_ASC, value, -1, -1, 0)
            try TLSCall.check(Int(code), "subject")
        }
        try TLSCall.check(Int(X509_set_issuer_name(raw, subject)), "issuer")
        try TLSCall.check(Int(X509_set_pubkey(raw, key.raw)), "public key")
        let alternatives = machine.names.map { "DNS:" + $0 } + machine.addresses.map { "IP:" + $0 }
        // Not an authority: whoever trusts this certificate trusts this one server and nothing signed by its key.
        try extend(raw, NID_basic_constraints, "critical,CA:FALSE")
        try extend(raw, NID_key_usage, "critical,digitalSignature")
        try extend(raw, NID_ext_key_usage, "serverAuth")
        try extend(raw, NID_subject_alt_name, alternatives.joined(separator: ","))
        guard X509_sign(raw, key.raw, EVP_sha256()) > 0 else { throw failure("the signature") }
        return SelfSignedCertificate(
            certificate: try pem { PEM_write_bio_X509($0, certificate.raw) },
            key: try pem { PEM_write_bio_PrivateKey($0, key.raw, nil, nil, 0, nil, nil) })
    }

    private static func extend(_ certificate: OpaquePointer, _ kind: Int32, _ value: String) throws(TransportError) {
        guard let part = X509V3_EXT_conf_nid(nil, nil, kind, value) else { throw failure(value) }
        let code = X509_add_ext(certificate, part, -1)
        X509_EXTENSION_free(part)
        try TLSCall.check(Int(code), value)
    }

    private static func pem(_ write: (OpaquePointer?) -> Int32) throws(TransportError) -> [UInt8] {
        guard let bio = BIO_new(BIO_s_mem()) else { throw failure("memory") }
        defer { BIO_free(bio) }
        try TLSCall.check(Int(write(bio)), "PEM")
        var out: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while out.count < 1 << 20 {
            let count = BIO_read(bio, &buffer, Int32(buffer.count))
            guard count > 0 else { break }
            out += buffer[..<Int(count)]
        }
        return out
    }

    private static func failure(_ what: String) -> TransportError {
        .tlsFailed("no certificate could be made (\(what)): \(TLSCall.takeReason())")
    }
}
