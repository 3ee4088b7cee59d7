/// Why something could not be kept or read.
public enum StorageError: Error, Equatable, Sendable {
    /// The disk is full or the file cannot be written.
    case full
    /// The file is locked, damaged, or of a newer version; the text says what to do.
    case unusable(String)
    /// The store cannot be reached now; it is tried again by itself. The text says what to see to.
    case unreachable(String)
    /// The library's own error.
    case failed(code: Int32, message: String)
}
