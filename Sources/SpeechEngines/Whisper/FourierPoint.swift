extension FourierTransform {
    /// Four complex numbers, one a lane.
    struct Point {
        var real: Lanes
        var imaginary: Lanes

        @inline(__always)
        init(_ real: Lanes, _ imaginary: Lanes) {
            self.real = real
            self.imaginary = imaginary
        }

        @inline(__always)
        static func + (a: Point, b: Point) -> Point { Point(a.real + b.real, a.imaginary + b.imaginary) }
        @inline(__always)
        static func - (a: Point, b: Point) -> Point { Point(a.real - b.real, a.imaginary - b.imaginary) }
        @inline(__always)
        static func * (a: Point, b: Float) -> Point { Point(a.real * b, a.imaginary * b) }

        /// Multiplied by -i.
        @inline(__always)
        var turnedBack: Point { Point(imaginary, -real) }

        /// Multiplied by a number of absolute value 1.
        @inline(__always)
        func turned(by factor: SIMD2<Float>) -> Point {
            Point(real * factor.x - imaginary * factor.y, real * factor.y + imaginary * factor.x)
        }

        @inline(__always)
        static func butterfly3(_ a: Point, _ b: Point, _ c: Point) -> (Point, Point, Point) {
            let sum = b + c
            let middle = a - sum * 0.5
            // sin(2π/3)
            let side = (b - c).turnedBack * 0.866_025_4
            return (a + sum, middle + side, middle - side)
        }

        @inline(__always)
        static func butterfly4(_ a: Point, _ b: Point, _ c: Point, _ d: Point) -> (Point, Point, Point, Point) {
            let even = a + c
            let odd = b + d
            let low = a - c
            let high = (b - d).turnedBack
            return (even + odd, low + high, even - odd, low - high)
        }

        @inline(__always)
        static func butterfly5(
            _ a: Point, _ b: Point, _ c: Point, _ d: Point, _ e: Point
        ) -> (Point, Point, Point, Point, Point) {
            // cos and sin of 2π/5 and 4π/5
            let outer = b + e
            let inner = c + d
            let left = a + outer * 0.309_016_99 - inner * 0.809_017
            let right = a - outer * 0.809_017 + inner * 0.309_016_99
            let outerSide = (b - e).turnedBack
            let innerSide = (c - d).turnedBack
            let leftSide = outerSide * 0.951_056_5 + innerSide * 0.587_785_25
            let rightSide = outerSide * 0.587_785_25 - innerSide * 0.951_056_5
            return (a + outer + inner, left + leftSide, right + rightSide, right - rightSide, left - leftSide)
        }
    }
}
