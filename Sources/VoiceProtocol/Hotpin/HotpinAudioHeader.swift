/// What the binary messages of a streamed answer hold. Mono.
public struct HotpinAudioHeader: Equatable, Sendable {
    /// Hz.
    public var sampleRate: Int
    /// Nil for PCM: 16-bit little-endian.
    public var opus: Opus?

    /// What a decoder of Opus must know.
    public struct Opus: Equatable, Sendable {
        /// Milliseconds in a packet.
        public var frame: Int
        /// Samples at 48 kHz that the decoder gives before the answer begins (RFC 7845, 4.2).
        public var preSkip: Int

        public init(frame: Int, preSkip: Int) {
            self.frame = frame
            self.preSkip = preSkip
        }
    }

    public init(sampleRate: Int, opus: Opus? = nil) {
        self.sampleRate = sampleRate
        self.opus = opus
    }

    func add(to object: inout JSONObjectWriter) {
        object.add("format", opus == nil ? "pcm" : "opus")
        object.add("sample_rate", sampleRate)
        object.add("channels", 1)
        guard let opus else { return }
        object.add("frame_ms", opus.frame)
        object.add("pre_skip", opus.preSkip)
    }
}
