import COpenSSL
import Glibc

/// One side of one TLS connection, over bytes in memory. One thread at a time.
final class TLSSession: @unchecked Sendable {
    /// How far a handshake has come.
    enum Step: Sendable {
        case complete
        /// The peer has to say more first.
        case needsInput
        case failed(TransportError)
    }

    /// What reading brought.
    enum Reading {
        /// So many bytes, more than none.
        case bytes(Int)
        case needsInput
        /// The peer said that it sends no more.
        case ended
        case failed(TransportError)
    }

    let wire = TLSWire()
    private let session: OpaquePointer
    /// The server's name; nil at a server.
    private let host: String?

    var isServer: Bool { host == nil }

    /// Longest plain text of one record.
    private static let recordBytes = 16_384

    private init(_ session: OpaquePointer, host: String?) throws(TransportError) {
        self.session = session
        self.host = host
        guard let bio = wire.makeBIO() else { throw .tlsFailed("BIO_new: \(TLSCall.takeReason())") }
        SSL_set_bio(session, bio, bio)
    }

    deinit {
        SSL_free(session)
    }

    /// The side that shows a certificate.
    static func server(_ context: TLSContext) throws(TransportError) -> TLSSession {
        let session = try make(context, host: nil)
        SSL_set_accept_state(session.session)
        return session
    }

    /// The side that checks it.
    /// - Parameter host: name or numeric address that the certificate must be for.
    static func client(_ context: TLSContext, host: String) throws(TransportError) -> TLSSession {
        let session = try make(context, host: host)
        SSL_set_connect_state(session.session)
        let isNumeric = SocketAddress(numeric: host, port: 0) != nil
        if isNumeric {
            try TLSCall.check(
                Int(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session.session), host)), "the server's address")
        } else {
            try TLSCall.check(Int(SSL_set1_host(session.session, host)), "the server's name")
            try TLSCall.check(openssl_shim_name_server(session.session, host), "the server's name")
        }
        _ = openssl_shim_ask_http11(session.session)
        return session
    }

    private static func make(_ context: TLSContext, host: String?) throws(TransportError) -> TLSSession {
        ERR_clear_error()
        guard let raw = SSL_new(context.raw) else { throw .tlsFailed("SSL_new: \(TLSCall.takeReason())") }
        return try TLSSession(raw, host: host)
    }

    /// Takes the handshake as far as the input allows. Costs a millisecond or so: for a worker thread.
    func handshake() -> Step {
        ERR_clear_error()
        let code = SSL_do_handshake(session)
        if code == 1 { return .complete }
        if SSL_get_error(session, code) == SSL_ERROR_WANT_READ { return .needsInput }
        let verdict = SSL_get_verify_result(session)
        if let host, verdict != Int(X509_V_OK) {
            ERR_clear_error()
            let reason = X509_verify_cert_error_string(verdict).map { String(cString: $0) } ?? "\(verdict)"
            return .failed(.untrustedCertificate(host: host, reason: reason))
        }
        return .failed(.tlsFailed(TLSCall.takeReason()))
    }

    /// Decrypts what has come.
    /// - Parameter target: room for one record at least; several are put into it one behind the other.
    func read(into target: UnsafeMutableRawBufferPointer) -> Reading {
        var count = 0
        while target.count - count >= TLSSession.recordBytes, let start = target.baseAddress {
            ERR_clear_error()
            let code = SSL_read(session, start + count, Int32(clamping: target.count - count))
            if code > 0 {
                count += Int(code)
                continue
            }
            // What is wrong is said again when the bytes before it are away.
            if count > 0 { break }
            switch SSL_get_error(session, code) {
            case SSL_ERROR_WANT_READ: return .needsInput
            case SSL_ERROR_ZERO_RETURN: return .ended
            default: return .failed(.tlsFailed(TLSCall.takeReason()))
            }
        }
        return count > 0 ? .bytes(count) : .needsInput
    }

    /// Encrypts into the wire's output.
    func write(_ bytes: UnsafeRawBufferPointer) -> TransportError? {
        guard !bytes.isEmpty else { return nil }
        ERR_clear_error()
        let code = SSL_write(session, bytes.baseAddress, Int32(clamping: bytes.count))
        return Int(code) == bytes.count ? nil : .tlsFailed(TLSCall.takeReason())
    }

    /// Says that nothing more will be sent. After an error it says nothing.
    func end() {
        ERR_clear_error()
        _ = SSL_shutdown(session)
        ERR_clear_error()
    }
}
