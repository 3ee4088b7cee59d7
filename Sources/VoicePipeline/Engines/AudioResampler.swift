/// Changes the sample rate of one piece of audio.
public protocol AudioResampler: Sendable {
    /// - Parameters:
    ///   - samples: mono, -1…1.
    ///   - inputRate: Hz, 4,000…192,000.
    ///   - outputRate: Hz, 4,000…192,000.
    /// - Returns: `samples.count × outputRate ÷ inputRate` samples, rounded.
    func resample(_ samples: [Float], from inputRate: Int, to outputRate: Int) throws(EngineError) -> [Float]
}
