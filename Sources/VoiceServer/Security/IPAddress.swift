import Glibc

/// A numeric address of version 4 or 6. One of version 4 written as version 6 (`::ffff:10.0.0.1`) is the same address.
public struct IPAddress: Hashable, Sendable {
    /// 16 bytes; version 4 as ::ffff:a.b.c.d.
    private let bytes: [UInt8]

    private static let version4: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    /// - Parameter text: as in `192.0.2.7`, `2001:db8::1` or `fe80::1%eth0`; nil unless it is one.
    public init?(_ text: some StringProtocol) {
        // The zone names an interface of this machine, not another address.
        let numeric = String(text.prefix { $0 != "%" })
        guard numeric.utf8.count <= 45, !numeric.utf8.contains(0) else { return nil }
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, numeric, &four) == 1 {
            bytes = Self.version4 + withUnsafeBytes(of: four) { Array($0.prefix(4)) }
        } else if inet_pton(AF_INET6, numeric, &six) == 1 {
            bytes = withUnsafeBytes(of: six) { Array($0.prefix(16)) }
        } else {
            return nil
        }
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether it is of version 4.
    public var isVersion4: Bool { bytes.starts(with: Self.version4) }

    /// Whether only this machine can have sent from it: 127.0.0.0/8 or ::1.
    public var isLoopback: Bool {
        if isVersion4 { return bytes.dropFirst(12).first == 127 }
        return bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }

    /// What one household or one machine has: the address of version 4, the first 64 bits of version 6, since whoever
    /// has one address of such a network has all of them.
    public var network: IPAddress { isVersion4 ? self : prefix(64) }

    /// The address with all but its first bits 0.
    /// - Parameter bits: 0…128, counted in the form of version 6.
    func prefix(_ bits: Int) -> IPAddress {
        IPAddress(
            bytes: bytes.enumerated().map { index, byte in
                let kept = min(8, max(0, bits - index * 8))
                return kept == 0 ? 0 : byte & (0xFF << UInt8(8 - kept))
            })
    }
}

extension IPAddress: CustomStringConvertible {
    /// In the usual form, without a zone.
    public var description: String {
        if isVersion4 { return bytes.dropFirst(12).map(String.init).joined(separator: ".") }
        var text = [CChar](repeating: 0, count: 64)
        guard inet_ntop(AF_INET6, bytes, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// An address, or all that share its first bits.
public struct AddressRange: Hashable, Sendable {
    private let first: IPAddress
    /// In the form of version 6.
    private let bits: Int

    /// - Parameter text: `10.0.0.1`, `10.0.0.0/8`, `2001:db8::/32`; nil unless it is one.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let start = parts.first, let address = IPAddress(start) else { return nil }
        let most = address.isVersion4 ? 32 : 128
        var bits = most
        if parts.count > 1 {
            guard let given = Int(parts[1]), (0...most).contains(given) else { return nil }
            bits = given
        }
        self.bits = bits + 128 - most
        first = address.prefix(self.bits)
    }

    public func contains(_ address: IPAddress) -> Bool {
        address.prefix(bits) == first
    }
}

extension AddressRange: CustomStringConvertible {
    /// As in `10.0.0.0/8`; a single address without its length.
    public var description: String {
        if bits == 128 { return first.description }
        return "\(first)/\(first.isVersion4 && bits >= 96 ? bits - 96 : bits)"
    }
}
