import Glibc

/// Sines, and measures of them.
enum TestTone {
    static func sine(_ frequency: Double, rate: Int, count: Int, amplitude: Double = 0.5) -> [Float] {
        (0..<count).map { Float(amplitude * sin(2 * .pi * frequency * Double($0) / Double(rate))) }
    }

    /// Amplitude of one frequency in the middle half of the samples.
    static func amplitude(of frequency: Double, in samples: [Float], rate: Int) -> Double {
        let middle = samples[samples.count / 4..<samples.count * 3 / 4]
        var real = 0.0
        var imaginary = 0.0
        for index in middle.indices {
            let angle = 2 * .pi * frequency * Double(index) / Double(rate)
            real += Double(samples[index]) * cos(angle)
            imaginary += Double(samples[index]) * sin(angle)
        }
        return 2 * (real * real + imaginary * imaginary).squareRoot() / Double(max(1, middle.count))
    }

    static func rootMeanSquare(_ samples: ArraySlice<Float>) -> Double {
        (samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(1, samples.count))).squareRoot()
    }
}
