/// A unit of measurement that can be converted.
struct Unit: Sendable, Equatable {
    let dimension: Dimension
    let singular: String
    let plural: String
    /// How people say and write it, in normalised words.
    let spellings: [String]
    /// Value in the dimension's base unit = value × scale + offset.
    let scale: Double
    let offset: Double

    init(
        _ dimension: Dimension, _ singular: String, _ plural: String? = nil, scale: Double, offset: Double = 0,
        _ spellings: [String] = []
    ) {
        self.dimension = dimension
        self.singular = singular
        self.plural = plural ?? singular + "s"
        self.spellings = [singular, self.plural] + spellings
        self.scale = scale
        self.offset = offset
    }

    /// - Returns: `value` of this unit in `other`; nil when they measure different things.
    func convert(_ value: Double, to other: Unit) -> Double? {
        guard dimension == other.dimension else { return nil }
        return (value * scale + offset - other.offset) / other.scale
    }

    /// "mile" or "miles".
    func name(for value: Double) -> String {
        value == 1 ? singular : plural
    }
}

/// What a unit measures, with its base unit.
enum Dimension: String, Sendable {
    /// metre
    case length
    /// kilogram
    case mass
    /// litre
    case volume
    /// degree Celsius
    case temperature
    /// metre a second
    case speed
    /// second
    case time
    /// square metre
    case area
    /// byte
    case data

    /// "a length", as it is said in an answer.
    var described: String {
        switch self {
        case .mass: "a weight"
        case .area: "an area"
        case .data: "an amount of data"
        case .time: "a length of time"
        default: "a \(rawValue)"
        }
    }
}
