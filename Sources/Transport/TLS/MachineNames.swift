import CUV
import Glibc

/// The names and addresses under which others may reach this machine.
package struct MachineNames: Equatable {
    /// Without a final dot, in lower case.
    package var names: [String]
    /// Numeric.
    package var addresses: [String]

    /// More would make every handshake longer; machines with containers have dozens.
    private static let maxAddresses = 24

    package init(names: [String], addresses: [String]) {
        self.names = names
        self.addresses = addresses
    }

    /// Those of this machine now; `localhost` first.
    package static func current() -> MachineNames {
        var names = ["localhost"]
        let own = hostName()
        if isName(own) {
            for name in [own, hostLabel + ".local"] where !names.contains(name) { names.append(name) }
        }
        var addresses = ["127.0.0.1", "::1"]
        for address in interfaceAddresses() where !addresses.contains(address) && addresses.count < maxAddresses {
            addresses.append(address)
        }
        return MachineNames(names: names, addresses: addresses)
    }

    /// Letters, digits and hyphens between dots.
    package static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy {
                        $0 == 0x2D || (0x30...0x39).contains($0) || (0x61...0x7A).contains(ASCII.lower($0))
                    }
            }
    }

    /// The machine's name in its network, without its domain; empty if it has none.
    package static var hostLabel: String { String(hostName().prefix { $0 != "." }) }

    private static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).lowercased()
    }

    private static func interfaceAddresses() -> [String] {
        var list: UnsafeMutablePointer<uv_interface_address_t>?
        var count: Int32 = 0
        guard uv_interface_addresses(&list, &count) == 0, let list else { return [] }
        defer { uv_free_interface_addresses(list, count) }
        return UnsafeBufferPointer(start: list, count: Int(count)).compactMap { interface in
            var storage = sockaddr_storage()
            let address = interface.address
            // The larger of the two kinds; the family at its beginning tells which one it is.
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address.address6, as: sockaddr_in6.self) }
            let host = SocketAddress(storage).host
            return host.isEmpty || host.hasPrefix("fe80:") ? nil : host
        }
    }
}
