/// Arithmetic of sample counts at different rates.
public enum SampleCount {
    /// Rates that are converted, Hz.
    public static let rates = 4_000...192_000

    /// - Throws: `EngineError.invalidInput` for a rate that is not in `rates`.
    public static func check(_ rate: Int) throws(EngineError) {
        guard rates.contains(rate) else {
            throw .invalidInput(
                "A sample rate of \(rate) Hz cannot be converted; it must be "
                    + "\(rates.lowerBound) to \(rates.upperBound) Hz.")
        }
    }

    /// How many samples `count` samples become: the exact quotient, rounded half up.
    /// - Parameters: both rates are in `rates`; `count` is what fits into memory, so the product cannot overflow.
    public static func resampled(_ count: Int, from inputRate: Int, to outputRate: Int) -> Int {
        (2 * count * outputRate + inputRate) / (2 * inputRate)
    }
}
