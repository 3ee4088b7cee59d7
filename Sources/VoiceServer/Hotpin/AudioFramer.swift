import VoicePipeline
import VoiceProtocol

/// Cuts an answer's samples into binary messages: PCM of 100 ms, or packets. A packet goes on from one piece of the
/// answer to the next, so that places in the audio stay exact.
struct AudioFramer {
    private let sampleRate: Int
    private let packets: (any PacketCodec)?
    /// Of this answer; nil at rest.
    private var encoder: (any PacketEncoder)?
    /// The beginning of a packet.
    private var carried: [Float] = []
    /// Silence that was added at the answer's end, samples.
    private var padding = 0

    /// Bytes of a PCM message: 100 ms. The protocol allows 4096.
    static let chunkSize = 3200

    /// - Parameter packets: nil for PCM.
    init(sampleRate: Int, packets: (any PacketCodec)?) {
        self.sampleRate = sampleRate
        self.packets = packets
    }

    func milliseconds(_ samples: Int) -> Int { sampleRate > 0 ? samples * 1000 / sampleRate : 0 }

    /// Begins an answer.
    mutating func begin() throws(EngineError) -> HotpinAudioHeader {
        end()
        guard let packets else { return HotpinAudioHeader(sampleRate: sampleRate) }
        let encoder = try packets.makeEncoder()
        self.encoder = encoder
        return HotpinAudioHeader(
            sampleRate: sampleRate,
            opus: .init(
                frame: milliseconds(encoder.frameSize), preSkip: encoder.lookahead * 48_000 / max(1, sampleRate)))
    }

    /// The next message of a piece.
    /// - Parameter from: the first sample to take; moved on.
    /// - Returns: nil if the piece ended before a packet was whole.
    mutating func next(_ samples: [Float], from: inout Int) throws(EngineError) -> StreamEncoder.Step? {
        guard let encoder else {
            let end = min(samples.count, from + Self.chunkSize / 2)
            defer { from = end }
            guard from < end else { return nil }
            return StreamEncoder.Step(
                message: .binary(PCM16.encode(Array(samples[from..<end]))), samples: end - from)
        }
        let end = min(samples.count, from + encoder.frameSize - carried.count)
        carried += samples[from..<end]
        from = end
        guard carried.count == encoder.frameSize else { return nil }
        return try packet(encoder)
    }

    /// What is still to be sent at the answer's end, message by message: a decoder gives late what it was given.
    mutating func finish() throws(EngineError) -> StreamEncoder.Step? {
        guard let encoder else { return nil }
        guard !carried.isEmpty || padding < encoder.lookahead else { return nil }
        let samples = carried.count
        padding += encoder.frameSize - samples
        carried += repeatElement(0, count: encoder.frameSize - samples)
        var step = try packet(encoder)
        step.samples = samples
        return step
    }

    /// The answer is over.
    mutating func end() {
        encoder = nil
        carried = []
        padding = 0
    }

    private mutating func packet(_ encoder: any PacketEncoder) throws(EngineError) -> StreamEncoder.Step {
        let bytes = try encoder.encode(carried)
        defer { carried = [] }
        return StreamEncoder.Step(message: .binary(bytes), samples: carried.count)
    }
}
