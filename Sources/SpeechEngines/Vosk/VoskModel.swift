import VoicePipeline

/// A loaded Vosk model. Shared by all streams; none of them changes it.
final class VoskModel: Sendable {
    let library: VoskLibrary
    nonisolated(unsafe) let handle: OpaquePointer

    /// - Parameter folder: checked.
    /// - Throws: `.unavailable` when files are damaged.
    init(_ library: VoskLibrary, folder: VoskFolder) throws(EngineError) {
        guard let handle = library.makeModel(folder.path) else {
            throw .unavailable(
                "\(folder.path) cannot be loaded; libvosk has said why on standard error: unpack the Vosk model again")
        }
        // A damaged graph is noticed no sooner than here.
        guard let recognizer = library.makeRecognizer(handle, 16_000) else {
            library.freeModel(handle)
            throw .unavailable(
                "\(folder.path) has a damaged graph; libvosk has said more on standard error: unpack the Vosk model again"
            )
        }
        library.freeRecognizer(recognizer)
        self.library = library
        self.handle = handle
    }

    deinit {
        library.freeModel(handle)
    }
}
