/// Keeps the keys that clients show, without being able to show them.
public protocol AccessKeyStore: Sendable {
    /// Keeps a new key.
    /// - Returns: false if a key of that name is in force already; nothing was changed then.
    func add(_ key: AccessKey) async throws(StorageError) -> Bool
    /// All keys, those that were revoked too, oldest first.
    func keys() async throws(StorageError) -> [AccessKey]
    /// Revokes the key of that name that is in force.
    /// - Parameter time: seconds since 1970.
    /// - Returns: false if none is.
    func revoke(_ name: String, at time: Double) async throws(StorageError) -> Bool
    /// Notes that a key was used.
    /// - Parameter day: whole days since 1970-01-01 UTC.
    func markUsed(_ hash: [UInt8], on day: Int) async throws(StorageError)
}

/// What is known of a key: everything but the key.
public struct AccessKey: Equatable, Sendable {
    /// Which device or person it was made for; unique among the keys in force.
    public var name: String
    /// SHA-256 of the key, 32 bytes.
    public var hash: [UInt8]
    /// Seconds since 1970.
    public var created: Double
    /// The last day on which it was used, whole days since 1970-01-01 UTC; nil before the first.
    public var lastUsed: Int?
    /// When it was revoked, seconds since 1970; nil while it is in force.
    public var revoked: Double?

    public init(name: String, hash: [UInt8], created: Double, lastUsed: Int? = nil, revoked: Double? = nil) {
        self.name = name
        self.hash = hash
        self.created = created
        self.lastUsed = lastUsed
        self.revoked = revoked
    }
}
