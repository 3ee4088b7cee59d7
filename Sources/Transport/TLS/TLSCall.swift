import COpenSSL

/// What all of OpenSSL's calls have in common.
enum TLSCall {
    /// Readies the library, once; whoever makes a context comes by here first.
    static let isPrepared: Bool = {
        openssl_shim_prepare()
        return true
    }()

    /// The newest of this thread's errors in OpenSSL's words, such as “no shared cipher”; forgets them all.
    static func takeReason() -> String {
        defer { ERR_clear_error() }
        guard let text = ERR_reason_error_string(ERR_peek_last_error()) else { return "no reason is known" }
        return String(cString: text)
    }

    /// Turns OpenSSL's 1 for success into nothing and the rest into an error.
    static func check(_ code: Int, _ call: String) throws(TransportError) {
        guard code == 1 else { throw .tlsFailed("\(call): \(takeReason())") }
    }
}
