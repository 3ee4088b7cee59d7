/// As whom a client came in.
public enum Identity: Hashable, Sendable {
    /// No key is needed here.
    case open
    /// With one of `API_KEYS`. They are the operator's own, and stand for one and the same.
    case configured
    /// With a key of `hotpin keys`, by its name.
    case named(String)

    /// For logs.
    public var name: String? {
        switch self {
        case .open: nil
        case .configured: "API_KEYS"
        case .named(let name): name
        }
    }

    /// What separates one client's sessions from another's of the same id: the name of its key, of
    /// `[A-Za-z0-9._-]{1,64}`. nil where all share.
    public var scope: String? {
        if case .named(let name) = self { name } else { nil }
    }

    /// Whether a key can have this name.
    public static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text != "API_KEYS"
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

/// Leave to come in, given to one client.
public struct Admission: Hashable, Sendable {
    public let identity: Identity
    /// SHA-256 of the key that was shown: a revoked key's name may be given to a new one. nil without a key.
    let hash: [UInt8]?

    static let open = Admission(identity: .open, hash: nil)
}

/// Who knocks at a door.
public final class Visitor: Sendable {
    /// The client's numeric address, behind a trusted proxy too.
    public let address: String
    /// From a right key in the request's header; nil when none was shown.
    public let admission: Admission?

    public init(address: String, admission: Admission? = nil) {
        self.address = address
        self.admission = admission
    }
}
