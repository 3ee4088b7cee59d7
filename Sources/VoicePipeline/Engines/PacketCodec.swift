/// A speech format whose stream is made of packets, such as Opus. 16 kHz, mono.
public protocol PacketCodec: Sendable {
    /// An encoder for one stream.
    func makeEncoder() throws(EngineError) -> any PacketEncoder
    /// A decoder for one stream.
    func makeDecoder() throws(EngineError) -> any PacketDecoder
}

/// Makes the packets of one stream. Belongs to one task at a time.
public protocol PacketEncoder: AnyObject {
    /// Samples of a packet.
    var frameSize: Int { get }
    /// Samples that a decoder gives before the first one that was encoded.
    var lookahead: Int { get }

    /// Encodes the next packet.
    /// - Parameter frame: `frameSize` samples, 16 kHz, -1…1; what lies beyond is clipped, NaN is silence.
    /// - Throws: `.invalidInput` for another number of samples; `.failed` when the library cannot.
    func encode(_ frame: [Float]) throws(EngineError) -> [UInt8]
}

/// Reads the packets of one stream. Belongs to one task at a time.
public protocol PacketDecoder: AnyObject {
    /// Decodes the next packet.
    /// - Returns: 16 kHz, -1…1; at most 120 ms.
    /// - Throws: `.invalidInput` for what is no packet; the stream goes on with the next one.
    func decode(_ packet: [UInt8]) throws(EngineError) -> [Float]
}
