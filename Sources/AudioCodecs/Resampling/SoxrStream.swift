import CSoxr
import VoicePipeline

/// One running conversion of sample rate in libsoxr, for mono audio that arrives in pieces.
///
/// The filter's own length rule varies by rounding, so the stream counts what went in and what came out and ends on
/// exactly `SampleCount.resampled` samples.
package struct SoxrStream: ~Copyable {
    private let handle: soxr_t
    private let inputRate: Int
    private let outputRate: Int
    private var consumed = 0
    private var produced = 0

    /// - Parameters: rates in Hz, `SampleCount.rates`.
    /// - Throws: `EngineError.invalidInput` for other rates, `.failed` with libsoxr's message.
    package init(from inputRate: Int, to outputRate: Int) throws(EngineError) {
        try SampleCount.check(inputRate)
        try SampleCount.check(outputRate)
        var message: soxr_error_t?
        // 20 bits of precision, linear phase, default I/O of interleaved 32-bit float.
        var quality = soxr_quality_spec(UInt(SOXR_20_BITQ), 0)
        // One thread: audio this short gains nothing from two.
        var runtime = soxr_runtime_spec(1)
        guard let handle = soxr_create(Double(inputRate), Double(outputRate), 1, &message, nil, &quality, &runtime)
        else {
            throw .failed(engine: "soxr", code: 0, message: message.map { String(cString: $0) } ?? "out of memory")
        }
        self.handle = handle
        self.inputRate = inputRate
        self.outputRate = outputRate
    }

    deinit {
        soxr_delete(handle)
    }

    /// Converts the next samples and appends what became known.
    package mutating func append(_ samples: [Float], to output: inout [Float]) throws(EngineError) {
        var taken = 0
        while taken < samples.count {
            let step = min(samples.count - taken, Self.step)
            let room = SampleCount.resampled(step, from: inputRate, to: outputRate) + Self.margin
            let used = try process(samples, from: taken, count: step, room: room, appendTo: &output)
            guard used.taken > 0 || used.given > 0 else {
                throw .failed(engine: "soxr", code: 0, message: "no progress")
            }
            taken += used.taken
        }
        consumed += samples.count
    }

    /// Drains the filter; the total output then has its exact length. Nothing may be appended afterwards.
    package mutating func finish(_ output: inout [Float]) throws(EngineError) {
        let total = SampleCount.resampled(consumed, from: inputRate, to: outputRate)
        while produced < total {
            let used = try process([], from: 0, count: 0, room: total - produced, appendTo: &output)
            if used.given == 0 { break }
        }
        if produced < total {
            output.append(contentsOf: repeatElement(0, count: total - produced))
        } else if produced > total {
            output.removeLast(min(produced - total, output.count))
        }
        produced = total
    }

    private mutating func process(
        _ samples: [Float], from start: Int, count: Int, room: Int, appendTo output: inout [Float]
    ) throws(EngineError) -> (taken: Int, given: Int) {
        var taken = 0
        var given = 0
        var failure: soxr_error_t?
        let handle = self.handle
        let piece = [Float](unsafeUninitializedCapacity: room) { buffer, initialized in
            samples.withUnsafeBufferPointer { input in
                // A null input is the end of the audio.
                let first = count > 0 ? input.baseAddress.map { UnsafeRawPointer($0 + start) } : nil
                failure = soxr_process(handle, first, count, &taken, buffer.baseAddress, room, &given)
            }
            initialized = min(given, room)
        }
        if let failure {
            throw .failed(engine: "soxr", code: 0, message: String(cString: failure))
        }
        output.append(contentsOf: piece)
        produced += piece.count
        return (taken, piece.count)
    }

    /// Input samples of one call, so that the output buffer stays small.
    private static let step = 1 << 16
    private static let margin = 64
}
