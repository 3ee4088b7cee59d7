import AudioCodecs
import VoicePipeline
import VoiceServer

/// What clients of `/stream` send: a first message up to the first line's end, and sound behind it. The same bytes are also
/// what a detector says of a stream, a byte a frame, where they are no object.
enum StreamClaims {
    static func check(_ bytes: [UInt8]) {
        // An object begins like this; a detector seldom.
        guard bytes.first == UInt8(ascii: "{") else { return window(bytes) }
        let line = Array(bytes.prefix { $0 != 10 })
        let sound = Array(bytes.dropFirst(line.count + 1))
        guard let setup = setup(line) else { return }
        let (format, rate) = (setup.format ?? .f32le, setup.sampleRate ?? 16_000)
        guard let whole = hear([sound], format, rate) else { return }
        for cut in Pieces.Cut.allCases where cut != .nowhere {
            guard format != .opus, let pieces = hear(Array(Pieces(bytes: sound, cut: cut)), format, rate) else {
                continue
            }
            // Pieces that end in the middle of a sample, or with one that is no number, are left out alone.
            if pieces.refused == 0, whole.refused == 0, rate == 16_000 {
                claim(pieces.samples == whole.samples, "cut \(cut), the sound is another")
            }
        }
        let width = format == .s16le ? 2 : 4
        let aligned = stride(from: 0, to: sound.count, by: width).map {
            Array(sound[$0..<min($0 + width, sound.count)])
        }
        guard format != .opus, whole.refused == 0, let single = hear(aligned, format, rate) else { return }
        claim(single.refused == 0, "samples are refused one by one, and taken together")
        if rate == 16_000 { claim(single.samples == whole.samples, "sample by sample, the sound is another") }
    }

    private static func setup(_ line: [UInt8]) -> LiveSetup? {
        do throws(LiveError) {
            let setup = try LiveSetup.decode(line)
            let request = setup.request(usual: "en")
            claim(request.timing != .none, "no times are asked for")
            return setup
        } catch {
            claim(!error.code.isEmpty && (10...400).contains(error.message.utf8.count), "it is said with \(error)")
            return nil
        }
    }

    /// - Returns: nil where such a stream is refused.
    private static func hear(
        _ messages: [[UInt8]], _ format: LiveSetup.SampleFormat, _ rate: Int
    ) -> (samples: [Float], refused: Int)? {
        guard
            let sound = try? LiveSound(format: format, rate: rate, packets: OpusCodec(), resampler: SoxrResampler())
        else {
            claim(!(8000...192_000).contains(rate) || (format == .opus && rate != 16_000), "\(rate) Hz is refused")
            return nil
        }
        var samples: [Float] = []
        var refused = 0
        var bytes = 0
        for message in messages {
            do throws(LiveError) {
                let piece = try sound.samples(message)
                claim(piece.allSatisfy { (-1...1).contains($0) }, "a sample that is no sound")
                samples += piece
                bytes += message.count
            } catch {
                claim(error.code == "invalid_audio", "it is refused with \(error)")
                refused += 1
            }
        }
        switch format {
        case .opus:
            claim(samples.count <= messages.count * 1920, "\(samples.count) samples of \(messages.count) packets")
        case .f32le, .s16le:
            let taken = bytes / (format == .s16le ? 2 : 4)
            let most = (taken * 16_000 + rate - 1) / rate
            claim(samples.count <= most + 1, "\(samples.count) samples of \(taken) at \(rate) Hz")
            if rate == 16_000 { claim(samples.count == taken, "\(samples.count) samples of \(taken)") }
        }
        return (samples, refused)
    }

    /// Every byte is a frame's probability; 255 is a flush. Samples are the numbers of their places.
    private static func window(_ bytes: [UInt8]) {
        let frame = Endpointer.frameLength
        var window = LiveWindow(EndpointerSettings())
        var place = 0
        var end = 0
        func take(_ utterance: LiveWindow.Utterance?) {
            guard let utterance else { return }
            claim(
                !utterance.samples.isEmpty && utterance.samples.count <= 30 * 16_000,
                "\(utterance.samples.count) samples")
            claim(
                utterance.start >= end && utterance.end <= place, "\(utterance.start) to \(utterance.end), after \(end)"
            )
            claim(utterance.samples.first == Float(utterance.start), "samples of another place")
            claim(utterance.samples.last == Float(utterance.end - 1), "samples of another place at the end")
            end = utterance.end
        }
        for byte in bytes.prefix(2048) {
            if byte == 255 {
                take(window.flush())
                continue
            }
            window.append((place..<place + frame).map(Float.init))
            place += frame
            take(window.take(Float(byte) / 254))
            claim(window.count <= 31 * 16_000, "\(window.count) samples are kept")
        }
        take(window.flush())
    }
}
