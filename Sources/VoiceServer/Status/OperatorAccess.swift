import Transport

/// Who may see what is only for the operator, as long as there are no keys: programs on the machine itself.
public enum OperatorAccess {
    /// - Throws: `HTTPError` 403 for everybody else, and for what a proxy passes on for somebody else.
    public static func loopbackOnly(_ request: HTTPRequest) throws {
        let forwarded = ["forwarded", "x-forwarded-for", "x-real-ip", "via"]
        guard isLoopback(request.remoteAddress), !forwarded.contains(where: { request.headers.first($0) != nil }) else {
            throw HTTPError(403, "Only the machine that the server runs on may see this; or make a key for it.")
        }
    }

    /// - Parameter address: a numeric address.
    package static func isLoopback(_ address: String) -> Bool {
        address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    }
}
