import CSndfile
import VoicePipeline

/// Makes one FLAC or Ogg Opus file with libsndfile, whose bytes are taken away as they come.
///
/// What libsndfile would still mend at the beginning when the file ends (FLAC's length and checksum) has been sent by
/// then: FLAC says in its head that both are unknown.
final class SoundFileWriter: AudioFormatStream {
    enum Format {
        case flac, opus
    }

    /// nil once the file is finished.
    private let handle: Guarded<OpaquePointer?>
    private let output: WrittenBytes
    /// The largest sample that 16 bits hold.
    private static let greatest = Float(Int16.max) / 32_768

    private init(_ handle: OpaquePointer, _ output: WrittenBytes) {
        self.handle = Guarded(handle)
        self.output = output
    }

    deinit {
        _ = handle.withLock { $0.map { sf_close($0) } }
    }

    /// - Parameter sampleRate: Hz; Opus takes 48,000 here.
    static func make(_ format: Format, sampleRate: Int) throws(EngineError) -> SoundFileWriter {
        let output = WrittenBytes()
        var info = SF_INFO()
        info.samplerate = Int32(clamping: sampleRate)
        info.channels = 1
        info.format =
            switch format {
            case .flac: Int32(SF_FORMAT_FLAC | SF_FORMAT_PCM_16)
            case .opus: Int32(SF_FORMAT_OGG | SF_FORMAT_OPUS)
            }
        var callbacks = WrittenBytes.callbacks
        // The writer keeps `output` for as long as the handle is open.
        let context = Unmanaged.passUnretained(output).toOpaque()
        guard let handle = sf_open_virtual(&callbacks, Int32(SFM_WRITE), &info, context) else {
            throw failure(nil)
        }
        let writer = SoundFileWriter(handle, output)
        if format == .opus { settle(handle) }
        // Without it samples beyond the scale wrap around.
        sf_command(handle, Int32(SFC_SET_CLIPPING), nil, Int32(SF_TRUE))
        return writer
    }

    func append(_ samples: [Float]) throws(EngineError) -> [UInt8] {
        let samples = samples.map { $0.isFinite ? min(max($0, -1), Self.greatest) : 0 }
        return try handle.withLock { handle throws(EngineError) in
            guard let handle else { throw .invalidInput("The sound file is finished already.") }
            let written = sf_writef_float(handle, samples, sf_count_t(samples.count))
            guard written == samples.count else { throw Self.failure(handle) }
            return output.take()
        }
    }

    func finish() throws(EngineError) -> [UInt8] {
        let code = handle.withLock { handle in
            defer { handle = nil }
            return handle.map { sf_close($0) }
        }
        if let code, code != 0 {
            throw .failed(engine: "libsndfile", code: code, message: sf_error_number(code).map(String.init) ?? "")
        }
        return output.take()
    }

    /// Speech at about 40 kbit/s, and a page of it five times a second, so that whoever listens need not wait long.
    private static func settle(_ handle: OpaquePointer) {
        // 1 is 6 kbit/s, 0 is 256 kbit/s.
        var level = 0.86
        sf_command(handle, Int32(SFC_SET_COMPRESSION_LEVEL), &level, Int32(MemoryLayout<Double>.size))
        var latency = 200.0
        sf_command(handle, Int32(SFC_SET_OGG_PAGE_LATENCY_MS), &latency, Int32(MemoryLayout<Double>.size))
    }

    private static func failure(_ handle: OpaquePointer?) -> EngineError {
        .failed(
            engine: "libsndfile", code: sf_error(handle),
            message: sf_strerror(handle).map { String(cString: $0) } ?? "")
    }
}
