import VoicePipeline

/// The keys that clients show, in SQLite: their hashes, never themselves.
public struct SQLiteKeyStore: AccessKeyStore {
    private let database: SQLiteDatabase

    public init(_ database: SQLiteDatabase) {
        self.database = database
    }

    public func add(_ key: AccessKey) async throws(StorageError) -> Bool {
        try await database.transaction { database throws(StorageError) in
            let same = try database.rows(
                "SELECT id FROM keys WHERE name = ?1 AND revoked = 0", .text(key.name)
            ) { $0.integer(0) }
            guard same.isEmpty else { return false }
            try database.run(
                "INSERT INTO keys (name, hash, created, used, revoked) VALUES (?1, ?2, ?3, ?4, ?5)", .text(key.name),
                .text(Hexadecimal.text(key.hash)), .real(key.created), .integer(Int64(key.lastUsed ?? 0)),
                .real(key.revoked ?? 0))
            return true
        }
    }

    public func keys() async throws(StorageError) -> [AccessKey] {
        try await database.rows("SELECT name, hash, created, used, revoked FROM keys ORDER BY id") { row in
            let used = Int(clamping: row.integer(3))
            let revoked = row.real(4)
            return AccessKey(
                name: row.text(0), hash: Hexadecimal.bytes(row.text(1)), created: row.real(2),
                lastUsed: used > 0 ? used : nil, revoked: revoked > 0 ? revoked : nil)
        }
    }

    public func revoke(_ name: String, at time: Double) async throws(StorageError) -> Bool {
        // A clock that stands at 0 must not leave the key in force.
        try await database.run(
            "UPDATE keys SET revoked = ?2 WHERE name = ?1 AND revoked = 0", .text(name), .real(max(1, time))) > 0
    }

    public func markUsed(_ hash: [UInt8], on day: Int) async throws(StorageError) {
        try await database.run(
            "UPDATE keys SET used = ?2 WHERE hash = ?1 AND used < ?2", .text(Hexadecimal.text(hash)),
            .integer(Int64(day)))
    }
}

/// Bytes as two digits each.
private enum Hexadecimal {
    static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    /// Empty unless all of it are digits: such a hash fits no key.
    static func bytes(_ text: String) -> [UInt8] {
        var nibbles = text.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }[...]
        var bytes: [UInt8] = []
        while let high = nibbles.popFirst() {
            guard let high, let low = nibbles.popFirst(), let low else { return [] }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}
