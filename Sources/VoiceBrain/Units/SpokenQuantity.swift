/// A number of some unit; the unit may still be one of several ("ounces").
struct Quantity: Equatable, Sendable {
    var value: Double
    var units: [Unit]
    /// A second, smaller part: "5 feet 10 inches".
    var extra: (value: Double, units: [Unit])?

    static func == (a: Quantity, b: Quantity) -> Bool {
        a.value == b.value && a.units == b.units && a.extra?.value == b.extra?.value
    }
}

extension WordScanner {
    /// Reads a unit's name, the longest that fits.
    /// - Returns: every unit that is called so.
    mutating func takeUnit() -> [Unit]? {
        var best: ([Unit], WordScanner)?
        var probe = self
        var words: [String] = []
        while words.count < UnitTable.longestSpelling, let word = probe.next() {
            words.append(word)
            if let units = UnitTable.bySpelling[words] { best = (units, probe) }
        }
        guard let best else { return nil }
        self = best.1
        return best.0
    }

    /// Reads "10 miles", "a gallon", "minus 40 degrees", "5 feet 10 inches", "half a mile".
    mutating func takeQuantity() -> Quantity? {
        var probe = self
        guard let value = probe.takeSignedNumber() ?? (probe.takeOne(of: ["a", "an", "one"]) ? 1 : nil) else {
            return nil
        }
        probe.takeOne(of: ["of an", "of a"])
        if let units = probe.takeUnit() {
            var quantity = Quantity(value: value, units: units)
            self = probe
            probe.take("and")
            if let extra = probe.takeNumber(), let smaller = probe.takeUnit(),
                smaller[0].dimension == units[0].dimension,
                smaller[0].scale < units[0].scale
            {
                quantity.extra = (extra, smaller)
                self = probe
            } else {
                probe = self
                // "an hour and a half", "two and a half" was read with the number.
                if probe.take("and"), probe.takeOne(of: ["a half", "half"]) {
                    quantity.value += 0.5
                    self = probe
                }
            }
            return quantity
        }
        // "30 degrees" without a scale: the other side says which is meant.
        if probe.takeOne(of: ["degrees", "degree", "°"]) {
            self = probe
            return Quantity(value: value, units: [])
        }
        return nil
    }
}
