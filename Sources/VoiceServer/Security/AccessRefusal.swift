import Transport

/// Why a door stays shut. Never holds a key.
public enum AccessRefusal: Error, Equatable, Sendable {
    /// A key is needed, and none was shown.
    case missingKey
    /// The key is not known, or was revoked.
    case wrongKey
    /// Too many wrong keys came from this address; `seconds` until the next is looked at.
    case tooManyAttempts(seconds: Int)
    /// Only this machine's own programs get this while there are no keys.
    case localOnly
    /// The `Host` header names another server.
    case host(String)
    /// The `Origin` header names a page of another server.
    case origin(String)
    /// The URL holds a key.
    case keyInURL

    /// For logs and metrics: nothing of what the client sent.
    public var label: String {
        switch self {
        case .missingKey: "no_key"
        case .wrongKey: "wrong_key"
        case .tooManyAttempts: "too_many_wrong_keys"
        case .localOnly: "not_local"
        case .host: "host"
        case .origin: "origin"
        case .keyInURL: "key_in_url"
        }
    }

    /// What HTTP answers with.
    public var status: Int {
        switch self {
        case .missingKey, .wrongKey: 401
        case .tooManyAttempts: 429
        case .localOnly, .origin: 403
        case .host: 421
        case .keyInURL: 400
        }
    }

    public var headers: HTTPHeaders {
        switch self {
        case .missingKey: ["www-authenticate": #"Bearer realm="Hotpin""#]
        case .wrongKey: ["www-authenticate": #"Bearer realm="Hotpin", error="invalid_token""#]
        case .tooManyAttempts(let seconds): ["retry-after": "\(seconds)"]
        case .localOnly, .host, .origin, .keyInURL: [:]
        }
    }

    /// What happened and what to do, for whoever sent the request.
    public var message: String {
        switch self {
        case .missingKey:
            "This server wants a key. Send it as “Authorization: Bearer …”; `hotpin keys add NAME` makes one."
        case .wrongKey:
            "This key is not known here, or was revoked. `hotpin keys list` names those in force, "
                + "`hotpin keys add NAME` makes another."
        case .tooManyAttempts(let seconds):
            "Too many wrong keys came from this address. Try again in \(seconds) s with the right one."
        case .localOnly:
            "Only programs on the server itself get this, because no key was made yet. Run `hotpin keys add NAME` and "
                + "send the key as “Authorization: Bearer …”."
        case .host(let host):
            "This server does not answer to the name “\(Self.shown(host))”. Use its address, or add the name to "
                + "ALLOWED_HOSTS."
        case .origin(let origin):
            "Pages of “\(Self.shown(origin))” may not talk to this server. Add it to ALLOWED_ORIGINS; if a proxy is "
                + "between, let it pass the Host header on."
        case .keyInURL:
            "A key was sent in the URL, where logs and histories keep it. Revoke that key, make another with "
                + "`hotpin keys add NAME`, and send it as “Authorization: Bearer …”."
        }
    }

    /// The code and the reason with which a WebSocket is closed, at most 123 bytes.
    /// - Source: Hotpin protocol, section 11.2.
    public var close: (code: UInt16, reason: String) {
        switch self {
        case .missingKey, .wrongKey: (1008, "Invalid API key")
        case .tooManyAttempts(let seconds): (1008, "Too many wrong API keys; try again in \(seconds) s")
        case .localOnly, .host, .origin, .keyInURL: (1008, "Not allowed")
        }
    }

    /// What a stranger wrote, short and without control characters.
    private static func shown(_ text: String) -> String {
        String(
            text.unicodeScalars.prefix(80).filter { $0.isASCII && $0.value >= 0x20 && $0.value != 0x7F }.map(
                Character.init))
    }
}
