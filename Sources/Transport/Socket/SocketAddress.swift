import CUV
import Glibc

/// An IPv4 or IPv6 address with its port.
package struct SocketAddress: Sendable {
    private var storage: sockaddr_storage

    /// - Parameter host: a numeric address; nil unless it is one.
    package init?(numeric host: String, port: Int) {
        guard let port = Int32(exactly: port), (0...65_535).contains(port) else { return nil }
        var storage = sockaddr_storage()
        let code = withUnsafeMutablePointer(to: &storage) { pointer in
            let raw = UnsafeMutableRawPointer(pointer)
            if uv_ip4_addr(host, port, raw.assumingMemoryBound(to: sockaddr_in.self)) == 0 { return Int32(0) }
            return uv_ip6_addr(host, port, raw.assumingMemoryBound(to: sockaddr_in6.self))
        }
        guard code == 0 else { return nil }
        self.storage = storage
    }

    init(_ storage: sockaddr_storage) {
        self.storage = storage
    }

    /// Looks a name up; blocks, so not on the loop's thread.
    /// - Throws: `TransportError.unknownHost`.
    static func resolve(host: String, port: Int) throws(TransportError) -> [SocketAddress] {
        if let address = SocketAddress(numeric: host, port: port) { return [address] }
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else { throw .unknownHost(host) }
        defer { freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var entry = list
        while let info = entry {
            if let address = info.pointee.ai_addr {
                var storage = sockaddr_storage()
                let size = min(Int(info.pointee.ai_addrlen), MemoryLayout<sockaddr_storage>.size)
                withUnsafeMutableBytes(of: &storage) {
                    $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: size))
                }
                found.append(SocketAddress(storage))
            }
            entry = info.pointee.ai_next
        }
        if found.isEmpty { throw .unknownHost(host) }
        return found
    }

    /// Calls with the address as the C functions take it.
    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>) -> Result) -> Result {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
        }
    }

    /// The numeric address without the port; empty for another family.
    var host: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            start.pointee = 0
            let code = withSockaddr { uv_ip_name($0, start, 63) }
            return code == 0 ? String(cString: start) : ""
        }
    }

    /// 0…65535
    var port: Int {
        let port = withUnsafeBytes(of: storage) { bytes in
            // The same place in sockaddr_in and sockaddr_in6.
            bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)
        }
        return Int(UInt16(bigEndian: port))
    }
}
