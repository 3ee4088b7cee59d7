import COpenSSL

/// What the TLS sessions of one listener or one client share. Immutable once made.
package final class TLSContext: @unchecked Sendable {
    let raw: OpaquePointer

    private init(_ raw: OpaquePointer) {
        self.raw = raw
    }

    deinit {
        SSL_CTX_free(raw)
    }

    /// Forward secrecy and authenticated encryption only; TLS 1.3 has nothing else anyway.
    private static let ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20"

    private static func make(_ method: OpaquePointer?) throws(TransportError) -> TLSContext {
        _ = TLSCall.isPrepared
        ERR_clear_error()
        guard let raw = SSL_CTX_new(method) else { throw .tlsFailed("SSL_CTX_new: \(TLSCall.takeReason())") }
        let context = TLSContext(raw)
        try TLSCall.check(openssl_shim_require_tls12(raw), "TLS 1.2")
        try TLSCall.check(Int(SSL_CTX_set_cipher_list(raw, ciphers)), "the ciphers")
        // No keys below 112 bits of strength.
        SSL_CTX_set_security_level(raw, 2)
        openssl_shim_keep_simple(raw)
        // Idle connections give their 32 KB of buffers back.
        openssl_shim_release_buffers(raw)
        openssl_shim_keep_no_sessions(raw)
        return context
    }

    /// For the side that shows a certificate.
    /// - Parameters:
    ///   - chain: the certificate, then those that signed it.
    ///   - key: of the first certificate.
    static func server(chain: [TLSCertificate], key: TLSKey) throws(TransportError) -> TLSContext {
        let context = try make(TLS_server_method())
        // Server's preference, except that a client without AES hardware gets ChaCha20.
        openssl_shim_prefer_own_ciphers(context.raw)
        openssl_shim_speak_http11(context.raw)
        for (index, certificate) in chain.enumerated() {
            let code =
                index == 0
                ? Int(SSL_CTX_use_certificate(context.raw, certificate.raw))
                : openssl_shim_add_chain(context.raw, certificate.raw)
            guard code == 1 else {
                throw .unusableCertificate("OpenSSL refuses certificate \(index + 1): \(TLSCall.takeReason())")
            }
        }
        guard SSL_CTX_use_PrivateKey(context.raw, key.raw) == 1 else {
            throw .unusableCertificate("OpenSSL refuses the key: \(TLSCall.takeReason())")
        }
        return context
    }

    /// For the side that checks certificates. Reads files, so not for the loop's thread.
    package static func client(_ trust: TLSTrust) throws(TransportError) -> TLSContext {
        let context = try make(TLS_client_method())
        SSL_CTX_set_verify(context.raw, SSL_VERIFY_PEER, nil)
        switch trust {
        case .system:
            try TLSCall.check(Int(SSL_CTX_set_default_verify_paths(context.raw)), "the system's certificates")
        case .file(let path):
            let pem = try TLSFile.read(path, what: "the file of trusted certificates")
            let trusted = TLSCertificate.all(inPEM: pem)
            guard !trusted.isEmpty else {
                throw .unusableCertificate("\(path) holds no certificate in PEM form; name a file that does")
            }
            let store = SSL_CTX_get_cert_store(context.raw)
            for certificate in trusted {
                try TLSCall.check(Int(X509_STORE_add_cert(store, certificate.raw)), "the trusted certificates")
            }
            // A trusted certificate need not be one that signs others.
            _ = X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.raw), UInt(X509_V_FLAG_PARTIAL_CHAIN))
        }
        return context
    }
}

/// Whose certificates a client believes.
public enum TLSTrust: Equatable, Sendable {
    /// The authorities that the system trusts.
    case system
    /// The certificates in a PEM file, and those they signed; nobody else.
    case file(String)
}
