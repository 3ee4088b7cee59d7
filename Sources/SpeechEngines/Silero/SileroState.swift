/// What Silero VAD remembers of one stream between frames.
struct SileroState {
    /// Samples in one frame at 16 kHz: 32 ms.
    static let frameLength = 512
    /// Samples of the frame before that the model sees again in front of each frame.
    static let contextLength = 64
    /// Samples that the model sees of a frame.
    static let rowLength = contextLength + frameLength
    /// Floats of the recurrent state, shape [2, 1, 128].
    static let memoryLength = 256

    var memory = [Float](repeating: 0, count: memoryLength)
    var context = [Float](repeating: 0, count: contextLength)
    /// Samples that do not fill a frame yet.
    var remainder: [Float] = []

    /// Takes samples and cuts off the frames that are now complete.
    mutating func frames(adding samples: [Float]) -> [ArraySlice<Float>] {
        let all = remainder + samples
        let count = all.count / Self.frameLength
        remainder = Array(all[(count * Self.frameLength)...])
        return (0..<count).map { all[$0 * Self.frameLength..<($0 + 1) * Self.frameLength] }
    }
}
