import COpus
import VoicePipeline

/// Opus by libopus: 16 kHz, mono, packets of 20 ms, 24 kbit/s with variable rate.
///
/// Streams go over TCP, which loses nothing: no forward error correction.
public struct OpusCodec: PacketCodec {
    /// Hz.
    static let sampleRate = 16_000
    /// Samples of a packet that is made here: 20 ms.
    static let frameSize = 320
    /// Samples of the longest packet there is: 120 ms (RFC 6716, 2.1.4).
    static let longestPacket = 1920
    /// Bytes of a packet that is read: six frames of 20 ms at their largest, and what counts them.
    package static let maximumPacket = 7680
    /// Bits a second.
    static let bitrate: Int32 = 24_000
    /// 0…10. At 5 a packet costs half of what it costs at 10, and nobody hears it in speech at this rate.
    static let complexity: Int32 = 5

    public init() {}

    public func makeEncoder() throws(EngineError) -> any PacketEncoder { try OpusPacketEncoder.make() }
    public func makeDecoder() throws(EngineError) -> any PacketDecoder { try OpusPacketDecoder.make() }

    /// Turns the library's codes into errors.
    /// - Returns: the code, 0 or more.
    @discardableResult
    static func checked(_ code: Int32) throws(EngineError) -> Int {
        guard code < 0 else { return Int(code) }
        throw .failed(engine: "opus", code: code, message: opus_strerror(code).map { String(cString: $0) } ?? "")
    }
}
