import VoicePipeline

/// Opens recordings of any format that libsndfile knows: WAV, FLAC, Ogg (Vorbis and Opus), MP3, AIFF and others.
///
/// Reading and decoding happen on threads of its own, about a second of sound at a time, so that neither a slow disk nor
/// a long decode holds up anybody else; nothing is kept but the piece that is asked for.
public final class SoundFileReader: RecordingReader {
    private let worker: EngineWorker
    private let readsRaw: Bool

    /// - Parameters:
    ///   - threads: recordings that are decoded at once.
    ///   - readsRaw: a name that ends in `.raw` means 16 kHz mono 16-bit little-endian without a header.
    /// - Throws: `.unavailable` when the system gives no thread.
    public init(threads: Int = 1, readsRaw: Bool = false) throws(EngineError) {
        // Who reads waits for each piece, so this is how many recordings can be open and read at the same moment.
        worker = try EngineWorker(name: "audio-files", threads: threads, capacity: 1024)
        self.readsRaw = readsRaw
    }

    /// Opens a file and decodes its beginning.
    /// - Throws: `RecordingError`; `EngineError.cancelled` once the calling task is cancelled.
    public func open(_ path: String) async throws -> any AudioSource {
        let isRaw = readsRaw && SoundFileHandle.isRaw(path)
        let worker = self.worker
        return try await worker.run { _ throws(EngineError) in
            SoundFileSource.opened(path, isRaw: isRaw, worker)
        }.get()
    }
}

/// One file that is being read.
private final class SoundFileSource: AudioSource {
    let promisedDuration: Double?
    private let worker: EngineWorker
    /// Uncontended: it belongs to one task, which waits for each piece.
    private let reading: Guarded<Reading>

    /// The decoder, and what was read of it to know that the file can be read.
    private struct Reading {
        var decoder: SoundFileDecoder
        var first: [Float]?
    }

    private init(_ decoder: SoundFileDecoder, first: [Float], _ worker: EngineWorker) {
        promisedDuration = decoder.declaredFrames.map { Double($0) / Double(decoder.rate) }
        reading = Guarded(Reading(decoder: decoder, first: first))
        self.worker = worker
    }

    static func opened(
        _ path: String, isRaw: Bool, _ worker: EngineWorker
    ) -> Result<SoundFileSource, RecordingError> {
        do throws(AudioFileError) {
            let decoder = try SoundFileDecoder(path: path, isRaw: isRaw)
            guard let first = try decoder.next() else { throw .empty(path: path) }
            return .success(SoundFileSource(decoder, first: first, worker))
        } catch {
            return .failure(RecordingError(error))
        }
    }

    func read() async throws -> [Float]? {
        try await worker.run { [self] _ throws(EngineError) in reading.withLock(Self.next) }.get()
    }

    private static func next(_ reading: inout Reading) -> Result<[Float]?, RecordingError> {
        if let first = reading.first {
            reading.first = nil
            return .success(first)
        }
        do throws(AudioFileError) {
            return .success(try reading.decoder.next())
        } catch {
            return .failure(RecordingError(error))
        }
    }
}

extension RecordingError {
    /// The same without the name of the file, which may be one that nobody has chosen.
    init(_ error: AudioFileError) {
        switch error {
        case .unreadable(_, let reason): self.init(.unreadable, "The recording cannot be read: \(reason).")
        case .notAudio(_, let reason):
            self.init(
                .notAudio,
                "This is not an audio file that can be read (\(reason)). Use WAV, FLAC, Ogg, MP3 or AIFF.")
        case .empty: self.init(.empty, "The recording holds no audio.")
        case .tooLong(_, let limit):
            self.init(.unsupported, "The recording is longer than \(Int(limit.rounded(.down))) seconds.")
        case .unsupported(_, let reason): self.init(.unsupported, "The recording cannot be used: \(reason).")
        }
    }
}
