import VoicePipeline

/// What one stored text may be, in every store.
enum StoredText {
    /// 1 MiB, far beyond anything that is spoken.
    static let maximumBytes = 1 << 20

    static func check(_ texts: String...) throws(StorageError) {
        for text in texts where text.utf8.count > maximumBytes {
            throw .failed(code: 0, message: "a text of \(text.utf8.count) bytes is too long to keep")
        }
    }
}
