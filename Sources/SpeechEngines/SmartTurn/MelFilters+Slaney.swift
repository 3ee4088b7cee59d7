import Glibc
import VoicePipeline

extension MelFilters {
    /// The filters that Whisper was trained with, computed: `count` triangles between 0 and 8 kHz on Slaney's mel
    /// scale, each of area 1. For models that bring no filter file.
    /// - Parameter count: 1…128.
    /// - Throws: `.invalidInput` outside that range.
    /// - Source: Slaney, Auditory Toolbox (1998): 3 mels a 200 Hz up to 1 kHz, then 27 for each factor of 6.4.
    package init(slaney count: Int) throws(EngineError) {
        guard 1...128 ~= count else { throw .invalidInput("there are no \(count) mel bands") }
        let step = Self.mels(8000) / Double(count + 1)
        let edges = (0..<count + 2).map { Self.hertz(Double($0) * step) }
        var weights: [Float] = []
        for band in 0..<count {
            let (low, middle, high) = (edges[band], edges[band + 1], edges[band + 2])
            for bin in 0..<Self.bins {
                let frequency = Double(bin) * 8000 / Double(Self.bins - 1)
                let height = min((frequency - low) / (middle - low), (high - frequency) / (high - middle))
                weights.append(Float(max(height, 0) * 2 / (high - low)))
            }
        }
        self.init(weights: weights, bands: count)
    }

    private static let breakHertz = 1000.0
    private static let breakMels = 15.0
    private static let melsAFactor = 27 / log(6.4)

    private static func mels(_ hertz: Double) -> Double {
        hertz < breakHertz ? hertz * 3 / 200 : breakMels + log(hertz / breakHertz) * melsAFactor
    }

    private static func hertz(_ mels: Double) -> Double {
        mels < breakMels ? mels * 200 / 3 : breakHertz * exp((mels - breakMels) / melsAFactor)
    }
}
