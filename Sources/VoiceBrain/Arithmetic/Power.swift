import Glibc

/// `base` to the power of `exponent`, as C's `pow` has it.
func power(_ base: Double, _ exponent: Double) -> Double {
    pow(base, exponent)
}
