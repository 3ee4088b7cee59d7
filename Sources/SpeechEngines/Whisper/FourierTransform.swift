import Glibc

/// Complex Fourier transform of a fixed length, for four signals at once: one in each lane.
///
/// The length is split into factors 2 to 5 and worked off in self-sorting (Stockham) passes: each pass reads one
/// buffer and writes the other, and no reordering is needed at the end.
struct FourierTransform {
    typealias Lanes = SIMD4<Float>

    /// One pass: `radix` times `rest` points are left to combine, in `stride` interleaved groups.
    private struct Pass {
        var radix: Int
        var rest: Int
        var stride: Int
        /// Offset of the pass's first factor in `twiddles`.
        var twiddles: Int
    }

    let length: Int
    private let passes: [Pass]
    /// cos and -sin of each factor, in the order of use: for every group the powers 1 to radix - 1.
    private let twiddles: [SIMD2<Float>]

    /// - Parameter length: a product of twos to fives; 400 for Whisper.
    /// - Returns: nil for any other length.
    init?(length: Int) {
        guard length > 0 else { return nil }
        var passes: [Pass] = []
        var twiddles: [SIMD2<Float>] = []
        var left = length
        var stride = 1
        while left > 1 {
            guard let radix = [5, 4, 3, 2].first(where: { left.isMultiple(of: $0) }) else { return nil }
            let rest = left / radix
            passes.append(Pass(radix: radix, rest: rest, stride: stride, twiddles: twiddles.count))
            for group in 0..<rest {
                for power in 1..<radix {
                    let angle = -2 * Double.pi * Double(group * power) / Double(left)
                    twiddles.append(SIMD2(Float(cos(angle)), Float(sin(angle))))
                }
            }
            left = rest
            stride *= radix
        }
        self.length = length
        self.passes = passes
        self.twiddles = twiddles
    }

    /// Transforms in place.
    /// - Parameters:
    ///   - real, imaginary: `length` values each; in: the signals; out: their spectra, scaled by 1.
    ///   - spareReal, spareImaginary: `length` values each, overwritten.
    func callAsFunction(
        _ real: inout [Lanes], _ imaginary: inout [Lanes], spare spareReal: inout [Lanes],
        _ spareImaginary: inout [Lanes]
    ) {
        guard real.count == length, imaginary.count == length, spareReal.count == length,
            spareImaginary.count == length
        else { return }
        for pass in passes {
            real.withUnsafeBufferPointer { real in
                imaginary.withUnsafeBufferPointer { imaginary in
                    spareReal.withUnsafeMutableBufferPointer { outReal in
                        spareImaginary.withUnsafeMutableBufferPointer { outImaginary in
                            run(pass, Complex(real, imaginary), outReal, outImaginary)
                        }
                    }
                }
            }
            swap(&real, &spareReal)
            swap(&imaginary, &spareImaginary)
        }
    }

    private struct Complex {
        let real: UnsafeBufferPointer<Lanes>
        let imaginary: UnsafeBufferPointer<Lanes>
        init(_ real: UnsafeBufferPointer<Lanes>, _ imaginary: UnsafeBufferPointer<Lanes>) {
            self.real = real
            self.imaginary = imaginary
        }
        subscript(_ index: Int) -> Point { Point(real[index], imaginary[index]) }
    }

    private func run(
        _ pass: Pass, _ input: Complex, _ outReal: UnsafeMutableBufferPointer<Lanes>,
        _ outImaginary: UnsafeMutableBufferPointer<Lanes>
    ) {
        let step = pass.stride * pass.rest
        twiddles.withUnsafeBufferPointer { twiddles in
            for group in 0..<pass.rest {
                let factors = pass.twiddles + group * (pass.radix - 1)
                for lane in 0..<pass.stride {
                    let from = lane + pass.stride * group
                    let to = lane + pass.stride * pass.radix * group
                    func store(_ index: Int, _ point: Point) {
                        let point = index == 0 ? point : point.turned(by: twiddles[factors + index - 1])
                        outReal[to + pass.stride * index] = point.real
                        outImaginary[to + pass.stride * index] = point.imaginary
                    }
                    switch pass.radix {
                    case 5:
                        let out = Point.butterfly5(
                            input[from], input[from + step], input[from + 2 * step], input[from + 3 * step],
                            input[from + 4 * step])
                        store(0, out.0)
                        store(1, out.1)
                        store(2, out.2)
                        store(3, out.3)
                        store(4, out.4)
                    case 4:
                        let out = Point.butterfly4(
                            input[from], input[from + step], input[from + 2 * step], input[from + 3 * step])
                        store(0, out.0)
                        store(1, out.1)
                        store(2, out.2)
                        store(3, out.3)
                    case 3:
                        let out = Point.butterfly3(input[from], input[from + step], input[from + 2 * step])
                        store(0, out.0)
                        store(1, out.1)
                        store(2, out.2)
                    default:
                        store(0, input[from] + input[from + step])
                        store(1, input[from] - input[from + step])
                    }
                }
            }
        }
    }
}
