import CSQLite
import VoicePipeline

/// One prepared statement. Owns the handle; must not outlive its connection's owner.
struct SQLiteStatement: ~Copyable {
    private let handle: OpaquePointer
    private let connection: OpaquePointer
    private let path: String

    init(_ sql: StaticString, connection: OpaquePointer, path: String) throws(StorageError) {
        var prepared: OpaquePointer?
        let code = sql.withUTF8Buffer { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                sqlite3_prepare_v2(connection, $0.baseAddress, Int32($0.count), &prepared, nil)
            }
        }
        try check(code, connection, path: path)
        guard let prepared else { throw .failed(code: code, message: "an empty statement") }
        handle = prepared
        self.connection = connection
        self.path = path
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Gives parameter `index` (from 1) its value.
    borrowing func bind(_ index: Int32, _ value: SQLiteValue) throws(StorageError) {
        let code: Int32
        switch value {
        case .text(let text):
            var text = text
            code = text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    // An empty string has no address, which SQLite would take for NULL.
                    guard let start = $0.baseAddress, !$0.isEmpty else {
                        return hotpin_sqlite3_bind_text(handle, index, "", 0)
                    }
                    return hotpin_sqlite3_bind_text(handle, index, start, Int32(clamping: $0.count))
                }
            }
        case .integer(let integer): code = sqlite3_bind_int64(handle, index, integer)
        case .real(let real): code = sqlite3_bind_double(handle, index, real)
        }
        try check(code, connection, path: path)
    }

    /// Goes to the next row.
    /// - Returns: false after the last.
    borrowing func step() throws(StorageError) -> Bool {
        let code = sqlite3_step(handle)
        try check(code, connection, path: path)
        return code == SQLITE_ROW
    }

    /// Column `index` (from 0) of the current row as text; empty for NULL.
    borrowing func text(_ index: Int32) -> String {
        guard let bytes = sqlite3_column_text(handle, index) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, index))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    borrowing func integer(_ index: Int32) -> Int64 {
        sqlite3_column_int64(handle, index)
    }

    borrowing func real(_ index: Int32) -> Double {
        sqlite3_column_double(handle, index)
    }
}

/// A value that goes into a statement; never pasted into its text.
enum SQLiteValue: Sendable {
    case text(String)
    case integer(Int64)
    case real(Double)
}
