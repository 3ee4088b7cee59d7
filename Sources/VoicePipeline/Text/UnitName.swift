/// Names of units by their symbols, in the singular and in the plural.
struct UnitName: Equatable {
    var one: String
    var many: String

    init(_ one: String, _ many: String? = nil) {
        self.one = one
        self.many = many ?? one + "s"
    }

    /// Takes a unit's symbol off a line, "km", "km/h", "m²".
    static func take(_ cursor: inout LineCursor) -> UnitName? {
        var probe = cursor
        guard var name = simple(&probe) else { return nil }
        if probe.peek() == "/" {
            var behind = probe
            behind.position += 1
            if let per = simple(&behind), behind.isAtEnd {
                name = UnitName("\(name.one) per \(per.one)", "\(name.many) per \(per.one)")
                probe = behind
            }
        }
        guard probe.isAtEnd else { return nil }
        cursor = probe
        return name
    }

    private static func simple(_ cursor: inout LineCursor) -> UnitName? {
        var probe = cursor
        var symbol = ""
        while let next = probe.peek(), next.isLetter || "°µ℃℉".contains(next), symbol.count < 6 {
            symbol.append(next)
            probe.position += 1
        }
        // "° C".
        if symbol == "°", probe.peek() == " ", let letter = probe.peek(1), letter == "C" || letter == "F" {
            symbol.append(letter)
            probe.position += 2
        }
        guard var name = names[symbol] else { return nil }
        if let power = probe.peek(), let word = powers[power], symbol.last?.isLetter == true {
            probe.position += 1
            name = UnitName("\(word) \(name.one)", "\(word) \(name.many)")
        }
        cursor = probe
        return name
    }

    private static let powers: [Character: String] = ["²": "square", "³": "cubic"]

    private static let names: [String: UnitName] = [
        "mm": UnitName("millimeter"), "cm": UnitName("centimeter"), "m": UnitName("meter"), "km": UnitName("kilometer"),
        "µm": UnitName("micrometer"), "nm": UnitName("nanometer"), "ft": UnitName("foot", "feet"),
        "yd": UnitName("yard"), "mi": UnitName("mile"),
        "mg": UnitName("milligram"), "g": UnitName("gram"), "kg": UnitName("kilogram"), "lb": UnitName("pound"),
        "lbs": UnitName("pound"), "oz": UnitName("ounce"),
        "ml": UnitName("milliliter"), "mL": UnitName("milliliter"), "cl": UnitName("centiliter"),
        "dl": UnitName("deciliter"), "l": UnitName("liter"), "L": UnitName("liter"), "tbsp": UnitName("tablespoon"),
        "tsp": UnitName("teaspoon"), "gal": UnitName("gallon"),
        "ms": UnitName("millisecond"), "s": UnitName("second"), "sec": UnitName("second"), "min": UnitName("minute"),
        "mins": UnitName("minute"), "h": UnitName("hour"), "hr": UnitName("hour"), "hrs": UnitName("hour"),
        "°C": UnitName("degree Celsius", "degrees Celsius"), "°F": UnitName("degree Fahrenheit", "degrees Fahrenheit"),
        "℃": UnitName("degree Celsius", "degrees Celsius"), "℉": UnitName("degree Fahrenheit", "degrees Fahrenheit"),
        "°": UnitName("degree"),
        "mph": UnitName("mile per hour", "miles per hour"),
        "kph": UnitName("kilometer per hour", "kilometers per hour"),
        "Hz": UnitName("hertz", "hertz"), "kHz": UnitName("kilohertz", "kilohertz"),
        "MHz": UnitName("megahertz", "megahertz"), "GHz": UnitName("gigahertz", "gigahertz"),
        "W": UnitName("watt"), "kW": UnitName("kilowatt"), "MW": UnitName("megawatt"),
        "Wh": UnitName("watt hour"), "kWh": UnitName("kilowatt hour"), "V": UnitName("volt"),
        "mA": UnitName("milliamp"),
        "KB": UnitName("kilobyte"), "kB": UnitName("kilobyte"), "MB": UnitName("megabyte"), "GB": UnitName("gigabyte"),
        "TB": UnitName("terabyte"), "kbps": UnitName("kilobit per second", "kilobits per second"),
        "Mbps": UnitName("megabit per second", "megabits per second"),
        "hPa": UnitName("hectopascal"), "kPa": UnitName("kilopascal"), "dB": UnitName("decibel"),
        "kcal": UnitName("kilocalorie"), "kJ": UnitName("kilojoule"),
    ]
}
