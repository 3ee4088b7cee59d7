import COpus
import VoicePipeline
import VoiceProtocol

/// Owns one encoder of libopus: about 43 KB.
final class OpusPacketEncoder: PacketEncoder {
    private let handle: OpaquePointer
    let frameSize = OpusCodec.frameSize
    let lookahead: Int

    /// The largest packet of 20 ms (RFC 6716, 3.2.1, and the byte that tells how it is coded).
    private static let maximumPacket = 1276

    private init(_ handle: OpaquePointer, lookahead: Int) {
        self.handle = handle
        self.lookahead = lookahead
    }

    deinit {
        opus_encoder_destroy(handle)
    }

    static func make() throws(EngineError) -> OpusPacketEncoder {
        var code: Int32 = 0
        guard let handle = opus_encoder_create(Int32(OpusCodec.sampleRate), 1, OPUS_APPLICATION_VOIP, &code) else {
            try OpusCodec.checked(code)
            throw .failed(engine: "opus", code: code, message: "out of memory")
        }
        var lookahead: Int32 = 0
        let codes = [
            opus_shim_set(handle, OPUS_SET_BITRATE_REQUEST, OpusCodec.bitrate),
            opus_shim_set(handle, OPUS_SET_VBR_REQUEST, 1),
            opus_shim_set(handle, OPUS_SET_COMPLEXITY_REQUEST, OpusCodec.complexity),
            opus_shim_set(handle, OPUS_SET_SIGNAL_REQUEST, OPUS_SIGNAL_VOICE),
            opus_shim_get(handle, OPUS_GET_LOOKAHEAD_REQUEST, &lookahead),
        ]
        let encoder = OpusPacketEncoder(handle, lookahead: max(0, Int(lookahead)))
        for code in codes { try OpusCodec.checked(code) }
        return encoder
    }

    func encode(_ frame: [Float]) throws(EngineError) -> [UInt8] {
        guard frame.count == frameSize else {
            throw .invalidInput("A packet has \(frameSize) samples, not \(frame.count).")
        }
        // Whole numbers, because the library does not say what it makes of a NaN.
        let samples = frame.map(PCM16.sample)
        var length = OPUS_ALLOC_FAIL
        let packet = [UInt8](unsafeUninitializedCapacity: Self.maximumPacket) { buffer, initialized in
            samples.withUnsafeBufferPointer { input in
                guard let from = input.baseAddress, let to = buffer.baseAddress else { return }
                length = opus_encode(handle, from, Int32(frameSize), to, Int32(Self.maximumPacket))
            }
            initialized = min(max(0, Int(length)), Self.maximumPacket)
        }
        try OpusCodec.checked(length)
        return packet
    }
}
