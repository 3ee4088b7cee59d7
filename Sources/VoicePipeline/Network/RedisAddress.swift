/// Where a Redis is, as `REDIS_URL` says it.
public struct RedisAddress: Equatable, Sendable {
    public enum Place: Equatable, Sendable {
        case tcp(host: String, port: Int)
        /// A socket in the file system.
        case unix(path: String)
    }
    public var place: Place
    /// nil for the default user.
    public var user: String?
    public var password: String?
    /// The number of the database.
    public var database: Int

    public init(_ place: Place, user: String? = nil, password: String? = nil, database: Int = 0) {
        self.place = place
        self.user = user
        self.password = password
        self.database = database
    }

    /// Reads `redis://[[user:]password@]host[:port][/database]` or `unix://[[user:]password@]/path/of/the/socket`.
    /// Parts may be percent-encoded; an IPv6 address stands in brackets.
    /// - Returns: nil for anything else.
    public init?(url: String) {
        // Redis counts a text's length, but C's paths and host names end at a zero.
        guard !url.utf8.contains(0), let scheme = url.firstRange(of: "://") else { return nil }
        var rest = url[scheme.upperBound...]
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else { return nil }
        let authorityEnd = rest.firstIndex(of: "/") ?? rest.endIndex
        if let at = rest[..<authorityEnd].lastIndex(of: "@") {
            guard let account = Self.account(rest[..<at]) else { return nil }
            (user, password) = account
            rest = rest[rest.index(after: at)...]
        }
        switch url[..<scheme.lowerBound] {
        case "redis":
            let slash = rest.firstIndex(of: "/") ?? rest.endIndex
            guard let tcp = Self.tcp(rest[..<slash]), let number = Self.database(rest[slash...]) else { return nil }
            place = tcp
            database = number
        case "unix":
            guard rest.hasPrefix("/"), rest.count > 1, let path = Self.decoded(rest) else { return nil }
            place = .unix(path: path)
            database = 0
        default: return nil
        }
    }

    /// For logs: without user and password.
    public var name: String {
        switch place {
        case .tcp(let host, let port): "\(host.contains(":") ? "[\(host)]" : host):\(port)"
        case .unix(let path): path
        }
    }

    private static func account(_ text: Substring) -> (user: String?, password: String?)? {
        let colon = text.firstIndex(of: ":")
        guard let password = decoded(colon.map { text[text.index(after: $0)...] } ?? text) else { return nil }
        guard let colon, colon > text.startIndex else { return (nil, password) }
        guard let user = decoded(text[..<colon]) else { return nil }
        return (user, password)
    }

    private static func tcp(_ text: Substring) -> Place? {
        var host = text
        var port = 6379
        let bracket = text.firstIndex(of: "]")
        let afterHost = bracket.map { text.index(after: $0) } ?? text.lastIndex(of: ":") ?? text.endIndex
        if afterHost < text.endIndex {
            guard text[afterHost] == ":", let number = UInt16(text[text.index(after: afterHost)...]), number > 0 else {
                return nil
            }
            port = Int(number)
            host = text[..<afterHost]
        }
        if bracket != nil {
            guard host.hasPrefix("["), host.count > 2 else { return nil }
            return .tcp(host: String(host.dropFirst().dropLast()), port: port)
        }
        guard !host.isEmpty, !host.contains(":"), let name = decoded(host) else { return nil }
        return .tcp(host: name, port: port)
    }

    /// - Parameter text: empty, or from the slash on.
    private static func database(_ text: Substring) -> Int? {
        let number = text.dropFirst()
        return number.isEmpty ? 0 : UInt16(number).map(Int.init)
    }

    /// Resolves `%41` and the like; nil if one is broken, a zero, or no UTF-8 comes out.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var digits = 0
        var value: UInt8 = 0
        for byte in text.utf8 {
            if digits > 0 {
                guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return nil }
                value = value << 4 | UInt8(digit)
                digits -= 1
                if digits == 0 {
                    if value == 0 { return nil }
                    bytes.append(value)
                }
            } else if byte == UInt8(ascii: "%") {
                (digits, value) = (2, 0)
            } else {
                bytes.append(byte)
            }
        }
        return digits == 0 ? String(validating: bytes, as: UTF8.self) : nil
    }
}
