import CSQLite
import VoicePipeline

/// Turns the library's return codes into `StorageError`; every call goes through here.
/// - Parameter path: the file, for advice.
func check(_ code: Int32, _ connection: OpaquePointer?, path: String) throws(StorageError) {
    guard code != SQLITE_OK, code != SQLITE_DONE, code != SQLITE_ROW else { return }
    let message = connection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? ""
    throw storageError(code, message: message, path: path)
}

private func storageError(_ code: Int32, message: String, path: String) -> StorageError {
    switch code & 0xFF {
    case SQLITE_FULL, SQLITE_READONLY: .full
    case SQLITE_IOERR where ioErrorsOfWriting.contains(code): .full
    case SQLITE_CORRUPT, SQLITE_NOTADB:
        .unusable("The database \(path) is damaged. Move it away, and a new one is made at the next start.")
    case SQLITE_CANTOPEN:
        .unusable("The database \(path) cannot be opened. See that its folder exists and may be written to.")
    case SQLITE_BUSY, SQLITE_LOCKED:
        .unusable("The database \(path) is in use by another program. Stop that program.")
    default: .failed(code: code, message: message)
    }
}

// Extended codes are macros with arithmetic, which are not imported: SQLITE_IOERR | (n << 8). Of writing, syncing,
// shortening a file, and of making the index of the log larger.
private let ioErrorsOfWriting: Set<Int32> = [3, 4, 6, 18, 19].reduce(into: []) { $0.insert(SQLITE_IOERR | ($1 << 8)) }
