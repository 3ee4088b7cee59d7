import Glibc

/// Tells the service manager how the server does: datagrams to the socket that it names in `NOTIFY_SOCKET`.
/// - Source: sd_notify(3), whose protocol is promised to be stable.
public struct NotifySocket: Sendable {
    /// The address as the system wants it: a path, or 0 and a name in the abstract namespace.
    package let address: [UInt8]

    /// - Parameter name: the value of `NOTIFY_SOCKET`.
    /// - Returns: nil unless it is an absolute path or `@name` that fits into an address.
    public init?(_ name: String?) {
        guard let name, let first = name.utf8.first, name.utf8.count > 1, !name.utf8.contains(0) else { return nil }
        var bytes = Array(name.utf8)
        switch first {
        case UInt8(ascii: "/"): bytes.append(0)
        case UInt8(ascii: "@"): bytes[0] = 0
        default: return nil
        }
        guard bytes.count <= MemoryLayout.size(ofValue: sockaddr_un().sun_path) else { return nil }
        address = bytes
    }

    /// What can be told.
    public enum Message: Equatable, Sendable {
        case ready(status: String)
        case status(String)
        case reloading
        case stopping
        case alive

        package var text: String {
            switch self {
            case .ready(let status): "READY=1\nSTATUS=\(status)"
            case .status(let status): "STATUS=\(status)"
            case .reloading:
                "RELOADING=1\nMONOTONIC_USEC=\(NotifySocket.monotonicMicroseconds)"
            case .stopping: "STOPPING=1\nSTATUS=finishing what runs"
            case .alive: "WATCHDOG=1"
            }
        }
    }

    /// Sends a message; never waits.
    /// - Returns: false if nobody took it.
    @discardableResult
    public func send(_ message: Message) -> Bool {
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: address) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + address.count)
        let bytes = Array(message.text.utf8)
        return withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length) == bytes.count
            }
        }
    }

    private static var monotonicMicroseconds: Int {
        var spec = timespec()
        clock_gettime(CLOCK_MONOTONIC, &spec)
        return spec.tv_sec * 1_000_000 + spec.tv_nsec / 1000
    }
}
