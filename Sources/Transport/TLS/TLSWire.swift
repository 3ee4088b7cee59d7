import COpenSSL

/// What a TLS session reads from and writes to where others have a socket: bytes in memory.
///
/// Not OpenSSL's own memory BIO, which keeps its memory for as long as the connection lives. Belongs to whoever holds
/// the session: the loop's thread, or a worker thread for one step of the handshake.
final class TLSWire {
    /// Encrypted bytes to be sent.
    var output: [UInt8] = []
    private var held: [UInt8] = []
    private var heldStart = 0
    private var lent = UnsafeRawBufferPointer(start: nil, count: 0)

    /// Whether there are received bytes that the session has not read.
    var hasInput: Bool { heldStart < held.count || !lent.isEmpty }

    /// Keeps a copy of received bytes.
    func hold(_ bytes: UnsafeRawBufferPointer) {
        held.append(contentsOf: bytes)
    }

    /// Lets the session read received bytes where they are, until `takeBack`.
    func lend(_ bytes: UnsafeRawBufferPointer) {
        lent = bytes
    }

    /// Ends `lend`; keeps a copy of what was not read.
    func takeBack() {
        if !lent.isEmpty { held.append(contentsOf: lent) }
        lent = UnsafeRawBufferPointer(start: nil, count: 0)
    }

    fileprivate func read(into target: UnsafeMutableRawBufferPointer) -> Int {
        if heldStart < held.count {
            let count = min(target.count, held.count - heldStart)
            held.withUnsafeBytes {
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[heldStart..<heldStart + count]))
            }
            heldStart += count
            if heldStart == held.count {
                held = []
                heldStart = 0
            }
            return count
        }
        let count = min(target.count, lent.count)
        guard count > 0 else { return 0 }
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: lent[..<count]))
        lent = UnsafeRawBufferPointer(rebasing: lent[count...])
        return count
    }
}

extension TLSWire {
    private struct Method: @unchecked Sendable {
        let raw: OpaquePointer?
    }

    /// How OpenSSL reaches a wire. Made once, never changed.
    private static let method: Method = {
        guard let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "wire") else {
            return Method(raw: nil)
        }
        BIO_meth_set_read(method) { wireReads($0, $1, $2) }
        BIO_meth_set_write(method) { wireWrites($0, $1, $2) }
        BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        return Method(raw: method)
    }()

    /// OpenSSL's handle on this wire, which must live longer; the caller owns the handle.
    func makeBIO() -> OpaquePointer? {
        guard let method = TLSWire.method.raw, let bio = BIO_new(method) else { return nil }
        BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        BIO_set_init(bio, 1)
        return bio
    }

    fileprivate static func of(_ bio: OpaquePointer?) -> TLSWire? {
        BIO_get_data(bio).map { Unmanaged<TLSWire>.fromOpaque($0).takeUnretainedValue() }
    }
}

private func wireReads(_ bio: OpaquePointer?, _ target: UnsafeMutablePointer<CChar>?, _ size: Int32) -> Int32 {
    openssl_shim_wants_nothing(bio)
    guard let wire = TLSWire.of(bio), let target, size > 0 else { return -1 }
    let count = wire.read(into: UnsafeMutableRawBufferPointer(start: target, count: Int(size)))
    if count > 0 { return Int32(count) }
    openssl_shim_wants_input(bio)
    return -1
}

private func wireWrites(_ bio: OpaquePointer?, _ source: UnsafePointer<CChar>?, _ size: Int32) -> Int32 {
    openssl_shim_wants_nothing(bio)
    guard let wire = TLSWire.of(bio), let source, size > 0 else { return -1 }
    wire.output.append(contentsOf: UnsafeRawBufferPointer(start: source, count: Int(size)))
    return size
}
