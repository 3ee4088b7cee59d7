import CSQLite
import VoicePipeline

/// One open database. Owns the handle; used by one thread at a time.
struct SQLiteConnection: ~Copyable {
    private let handle: OpaquePointer
    let path: String

    /// - Parameter path: a file, or ":memory:".
    init(path: String) throws(StorageError) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            // The handle exists even after a failure, and has to be closed.
            defer { sqlite3_close_v2(opened) }
            try check(code, opened, path: path)
            throw .failed(code: code, message: "no memory for the database \(path)")
        }
        handle = opened
        self.path = path
        hotpin_sqlite3_defensive(handle)
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// How long a statement waits for another program's lock.
    borrowing func setBusyTimeout(milliseconds: Int32) {
        sqlite3_busy_timeout(handle, milliseconds)
    }

    /// Runs statements that take no values and whose rows do not matter.
    borrowing func execute(_ sql: StaticString) throws(StorageError) {
        let code = sql.withUTF8Buffer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { sqlite3_exec(handle, $0.baseAddress, nil, nil, nil) }
        }
        try check(code, handle, path: path)
    }

    /// Limits the file's size; a change beyond it fails with `.full`.
    borrowing func setMaximumPages(_ pages: Int) throws(StorageError) {
        // A pragma takes no parameters; a number cannot be misread.
        try check(sqlite3_exec(handle, "PRAGMA max_page_count=\(pages)", nil, nil, nil), handle, path: path)
    }

    borrowing func prepare(_ sql: StaticString) throws(StorageError) -> SQLiteStatement {
        try SQLiteStatement(sql, connection: handle, path: path)
    }

    /// Rows that the last statement changed.
    var changes: Int { Int(sqlite3_changes(handle)) }

    /// Undoes a transaction, if one is still open.
    borrowing func rollBack() {
        if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
    }
}
