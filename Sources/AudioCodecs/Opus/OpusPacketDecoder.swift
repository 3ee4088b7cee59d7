import COpus
import VoicePipeline

/// Owns one decoder of libopus: about 18 KB.
final class OpusPacketDecoder: PacketDecoder {
    private let handle: OpaquePointer

    private init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        opus_decoder_destroy(handle)
    }

    static func make() throws(EngineError) -> OpusPacketDecoder {
        var code: Int32 = 0
        guard let handle = opus_decoder_create(Int32(OpusCodec.sampleRate), 1, &code) else {
            try OpusCodec.checked(code)
            throw .failed(engine: "opus", code: code, message: "out of memory")
        }
        return OpusPacketDecoder(handle)
    }

    func decode(_ packet: [UInt8]) throws(EngineError) -> [Float] {
        // Without a byte the library would make up for a packet that was lost.
        guard !packet.isEmpty else { throw .invalidInput("An Opus packet has at least one byte.") }
        guard packet.count <= OpusCodec.maximumPacket else {
            throw .invalidInput("An Opus packet has at most \(OpusCodec.maximumPacket) bytes.")
        }
        var count = OPUS_ALLOC_FAIL
        let samples = [Float](unsafeUninitializedCapacity: OpusCodec.longestPacket) { buffer, initialized in
            packet.withUnsafeBufferPointer { input in
                guard let from = input.baseAddress, let to = buffer.baseAddress else { return }
                count = opus_decode_float(
                    handle, from, Int32(packet.count), to, Int32(OpusCodec.longestPacket), 0)
            }
            initialized = min(max(0, Int(count)), OpusCodec.longestPacket)
            // Packets that no encoder made can give anything, even what is no number.
            for index in 0..<initialized {
                buffer[index] = buffer[index].isFinite ? min(max(buffer[index], -1), 1) : 0
            }
        }
        if count == OPUS_INVALID_PACKET || count == OPUS_BUFFER_TOO_SMALL {
            throw .invalidInput("These bytes are no Opus packet.")
        }
        try OpusCodec.checked(count)
        return samples
    }
}
