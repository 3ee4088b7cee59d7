import VoicePipeline
import VoiceProtocol

/// Turns the binary messages of one stream into mono samples at 16 kHz. Belongs to one task.
package final class LiveSound {
    /// Seconds of sound in one message at most.
    package static let longest = 30

    private let format: LiveSetup.SampleFormat
    private let rate: Int
    private let decoder: (any PacketDecoder)?
    private let resampler: (any ResamplerStream)?

    /// - Throws: `LiveError` for a rate or format that is not possible here.
    package init(
        format: LiveSetup.SampleFormat, rate: Int, packets: (any PacketCodec)?, resampler: any AudioResampler
    ) throws(LiveError) {
        self.format = format
        self.rate = rate
        guard (8000...192_000).contains(rate) else {
            throw LiveError("invalid_message", "A sample_rate of \(rate) is not possible; it is 8000 to 192000 Hz.")
        }
        guard format != .opus || rate == 16_000 else {
            throw LiveError("invalid_message", "Opus is decoded at 16 kHz: leave sample_rate out.")
        }
        do {
            decoder = format == .opus ? try packets?.makeDecoder() : nil
            self.resampler = rate == 16_000 ? nil : try resampler.stream(from: rate, to: 16_000)
        } catch {
            throw LiveError("unavailable", "The sound cannot be read now: \(error).")
        }
        if format == .opus, decoder == nil {
            throw LiveError("unavailable", "This server was built without Opus; send f32le or s16le.")
        }
    }

    /// - Throws: `LiveError`; the message is dropped, and the stream goes on.
    package func samples(_ message: [UInt8]) throws(LiveError) -> [Float] {
        let samples: [Float]
        switch format {
        case .f32le: samples = try floats(message)
        case .s16le:
            try check(message, width: 2)
            var decoded: [Float] = []
            PCM16.append(message[...], to: &decoded)
            samples = decoded
        case .opus:
            do {
                samples = try decoder?.decode(message) ?? []
            } catch {
                throw LiveError("invalid_audio", "A binary message was no Opus packet; it was left out.")
            }
        }
        guard let resampler else { return samples }
        do {
            return try resampler.append(samples).map { min(max($0, -1), 1) }
        } catch {
            throw LiveError("invalid_audio", "The sample rate could not be changed: \(error).")
        }
    }

    private func floats(_ message: [UInt8]) throws(LiveError) -> [Float] {
        try check(message, width: 4)
        let samples = message.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 4).map { offset in
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
            }
        }
        guard samples.allSatisfy(\.isFinite) else {
            throw LiveError(
                "invalid_audio", "A message held samples that are no numbers (NaN or infinite); it was left out.")
        }
        return samples.map { min(max($0, -1), 1) }
    }

    private func check(_ message: [UInt8], width: Int) throws(LiveError) {
        guard message.count.isMultiple(of: width) else {
            throw LiveError(
                "invalid_audio",
                "A message of \(message.count) bytes ends in the middle of a sample (\(format.rawValue) has \(width) "
                    + "bytes a sample); it was left out.")
        }
        guard message.count / width <= Self.longest * rate else {
            throw LiveError("invalid_audio", "A message may hold at most \(Self.longest) s of sound; it was left out.")
        }
    }
}
