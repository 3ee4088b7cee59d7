import COpenSSL

/// Digests of bytes.
public enum Digest {
    /// SHA-256 (FIPS 180-4).
    /// - Returns: 32 bytes; none where OpenSSL has no memory left, which `constantTimeEquals` never takes for equal.
    public static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        compute(EVP_sha256(), bytes)
    }

    /// SHA-1, which the WebSocket handshake asks for; not for anything secret.
    /// - Returns: 20 bytes; none where OpenSSL has no memory left.
    static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        compute(EVP_sha1(), bytes)
    }

    private static func compute(_ kind: OpaquePointer?, _ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        let code = bytes.withUnsafeBytes { EVP_Digest($0.baseAddress, $0.count, &digest, &count, kind, nil) }
        ERR_clear_error()
        return code == 1 ? Array(digest.prefix(Int(count))) : []
    }
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
/// - Returns: false for different lengths, and for two empty arrays, which are no secrets.
public func constantTimeEquals(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count, !a.isEmpty else { return false }
    return CRYPTO_memcmp(a, b, a.count) == 0
}

/// Bytes that nobody can guess, for keys and tokens.
/// - Parameter count: 0…65536; what lies outside is taken as the nearer bound.
public func randomBytes(_ count: Int) -> [UInt8] {
    let count = min(max(0, count), 65_536)
    var bytes = [UInt8](repeating: 0, count: count)
    guard count > 0, RAND_bytes(&bytes, Int32(count)) != 1 else { return bytes }
    ERR_clear_error()
    // OpenSSL could not seed itself; the kernel's generator is as good.
    var system = SystemRandomNumberGenerator()
    return bytes.map { _ in UInt8.random(in: 0...255, using: &system) }
}
