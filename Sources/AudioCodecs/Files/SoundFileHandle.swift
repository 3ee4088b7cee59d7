import CSndfile
import Glibc

/// Owns one file opened for reading in libsndfile.
final class SoundFileHandle {
    private let handle: OpaquePointer
    /// Hz.
    let rate: Int
    let channels: Int
    /// Frames that the header promises, or nil where it does not say (a cut Ogg stream).
    let declaredFrames: Int?

    /// Whether a name means a file without a header.
    static func isRaw(_ path: String) -> Bool {
        path.utf8.count > 4 && path.utf8.suffix(4).elementsEqual(".raw".utf8)
    }

    /// Opens a file.
    /// - Parameter isRaw: it is read without a header as 16 kHz mono 16-bit little-endian.
    init(path: String, isRaw: Bool) throws(AudioFileError) {
        // The library's own messages for files that cannot be opened are vague, so the system is asked first.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: Self.reason(errno)) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            close(descriptor)
            throw .unreadable(path: path, reason: isFolder ? "it is a folder" : "it is not a regular file")
        }
        guard status.st_size > 0 else {
            close(descriptor)
            throw .empty(path: path)
        }
        guard isRaw || SoundFileMark.isKnown(descriptor) else {
            close(descriptor)
            throw .notAudio(path: path, reason: "format not recognised")
        }
        var info = SF_INFO()
        if isRaw {
            info.format = Int32(SF_FORMAT_RAW) | Int32(SF_FORMAT_PCM_16) | Int32(SF_ENDIAN_LITTLE)
            info.samplerate = Int32(AudioFile.sampleRate)
            info.channels = 1
        }
        let unfinished = isRaw ? nil : UnfinishedWAV(descriptor: descriptor, length: Int(status.st_size))
        if let unfinished { info = unfinished.info }
        // The library closes the descriptor, also when it fails to open.
        guard let handle = sf_open_fd(descriptor, Int32(SFM_READ), &info, 1) else {
            throw .notAudio(path: path, reason: Self.trimmed(String(cString: sf_strerror(nil))))
        }
        self.handle = handle
        if let unfinished {
            var offset = sf_count_t(unfinished.offset)
            sf_command(handle, Int32(SFC_SET_RAW_START_OFFSET), &offset, Int32(MemoryLayout<sf_count_t>.size))
            // The command alone does not go there.
            sf_seek(handle, 0, Int32(SEEK_SET))
        }
        rate = Int(info.samplerate)
        channels = Int(info.channels)
        let frames = unfinished.map { sf_count_t($0.frames) } ?? info.frames
        declaredFrames = frames >= 0 && frames < Int64.max / 2 ? Int(frames) : nil
    }

    deinit {
        sf_close(handle)
    }

    /// Reads the next frames, channels interleaved.
    /// - Returns: fewer samples than asked for at the end; empty afterwards.
    func read(frames: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: frames * channels) { buffer, initialized in
            let read = sf_readf_float(handle, buffer.baseAddress, sf_count_t(frames))
            initialized = max(0, min(Int(read), frames)) * channels
        }
    }

    /// True once a read has failed, as opposed to having reached the end.
    func hasFailed() -> Bool {
        sf_error(handle) != Int32(SF_ERR_NO_ERROR)
    }

    private static func reason(_ code: Int32) -> String {
        code == ENOENT ? "there is no such file" : String(cString: strerror(code)).lowercased()
    }

    private static func trimmed(_ message: String) -> String {
        var message = message
        while let last = message.last, last == "." || last.isWhitespace { message.removeLast() }
        return message.lowercased()
    }
}
