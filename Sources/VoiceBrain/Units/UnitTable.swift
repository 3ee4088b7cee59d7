/// The units that are known. Factors: NIST Special Publication 811, appendix B; US customary measures where a name
/// has several, as `gallon` and `cup`; a year of 365 days.
enum UnitTable {
    static let all: [Unit] = lengths + masses + volumes + temperatures + speeds + times + areas + data

    /// Units by spelling, each spelling cut into words; a word such as "ounce" may mean several.
    static let bySpelling: [[String]: [Unit]] = {
        var table: [[String]: [Unit]] = [:]
        for unit in all {
            for spelling in Set(unit.spellings) {
                table[spelling.split(separator: " ").map(String.init), default: []].append(unit)
            }
        }
        return table
    }()
    static let longestSpelling = bySpelling.keys.map(\.count).max() ?? 1

    private static let lengths = [
        Unit(.length, "millimeter", scale: 0.001, ["mm", "millimetre", "millimetres"]),
        Unit(.length, "centimeter", scale: 0.01, ["cm", "centimetre", "centimetres", "cms"]),
        Unit(.length, "decimeter", scale: 0.1, ["dm", "decimetre", "decimetres"]),
        Unit(.length, "meter", scale: 1, ["m", "metre", "metres"]),
        Unit(.length, "kilometer", scale: 1000, ["km", "kilometre", "kilometres", "kms", "k m", "klicks"]),
        Unit(.length, "micrometer", scale: 1e-6, ["micron", "microns", "micrometre", "micrometres"]),
        Unit(.length, "nanometer", scale: 1e-9, ["nm", "nanometre", "nanometres"]),
        Unit(.length, "inch", "inches", scale: 0.0254, ["in"]),
        Unit(.length, "foot", "feet", scale: 0.3048, ["ft", "foots"]),
        Unit(.length, "yard", scale: 0.9144, ["yd", "yds"]),
        Unit(.length, "mile", scale: 1609.344, ["mi"]),
        Unit(.length, "nautical mile", scale: 1852, ["sea mile", "sea miles"]),
        Unit(.length, "light year", scale: 9.4607304725808e15, ["lightyear", "lightyears"]),
        Unit(.length, "fathom", scale: 1.8288),
    ]
    private static let masses = [
        Unit(.mass, "microgram", scale: 1e-9, ["mcg"]),
        Unit(.mass, "milligram", scale: 1e-6, ["mg", "milligramme", "milligrammes"]),
        Unit(.mass, "gram", scale: 0.001, ["g", "gramme", "grammes", "gm", "gms"]),
        Unit(.mass, "kilogram", scale: 1, ["kg", "kilo", "kilos", "kgs", "kilogramme", "kilogrammes", "k g"]),
        Unit(.mass, "metric ton", scale: 1000, ["tonne", "tonnes", "t"]),
        Unit(.mass, "ounce", scale: 0.028349523125, ["oz", "ozs"]),
        Unit(.mass, "pound", scale: 0.45359237, ["lb", "lbs", "pounds"]),
        Unit(.mass, "stone", "stone", scale: 6.35029318, ["stones", "st"]),
        Unit(.mass, "ton", scale: 907.18474, ["short ton", "short tons", "us ton", "us tons"]),
        Unit(.mass, "carat", scale: 0.0002),
    ]
    private static let volumes = [
        Unit(
            .volume, "milliliter", scale: 0.001,
            [
                "ml", "millilitre", "millilitres", "mls", "cc", "cubic centimeter",
                "cubic centimeters", "cubic centimetres",
            ]),
        Unit(.volume, "centiliter", scale: 0.01, ["cl", "centilitre", "centilitres"]),
        Unit(.volume, "deciliter", scale: 0.1, ["dl", "decilitre", "decilitres"]),
        Unit(.volume, "liter", scale: 1, ["l", "litre", "litres", "leader", "leaders", "cubic decimeter"]),
        Unit(.volume, "cubic meter", scale: 1000, ["cubic metre", "cubic metres", "m³"]),
        Unit(.volume, "teaspoon", scale: 0.00492892159375, ["tsp", "tsps"]),
        Unit(.volume, "tablespoon", scale: 0.01478676478125, ["tbsp", "tbsps", "tbs"]),
        Unit(.volume, "fluid ounce", scale: 0.0295735295625, ["fl oz", "ounce", "ounces", "oz"]),
        Unit(.volume, "cup", scale: 0.2365882365),
        Unit(.volume, "pint", scale: 0.473176473, ["pt", "pts"]),
        Unit(.volume, "quart", scale: 0.946352946, ["qt", "qts", "court", "courts"]),
        Unit(.volume, "gallon", scale: 3.785411784, ["gal", "gals", "us gallon", "us gallons"]),
        Unit(.volume, "imperial gallon", scale: 4.54609, ["uk gallon", "uk gallons", "british gallon"]),
        Unit(.volume, "imperial pint", scale: 0.56826125, ["uk pint", "uk pints", "british pint", "british pints"]),
        Unit(.volume, "cubic foot", "cubic feet", scale: 28.316846592),
        Unit(.volume, "cubic inch", "cubic inches", scale: 0.016387064),
        Unit(.volume, "cubic yard", scale: 764.554857984),
        Unit(.volume, "barrel", scale: 158.987294928),
    ]
    private static let temperatures = [
        Unit(
            .temperature, "degree Celsius", "degrees Celsius", scale: 1,
            [
                "celsius", "centigrade", "degrees celsius",
                "degree celsius", "degrees centigrade", "degrees c", "c", "° c", "°c", "celcius", "degrees celcius",
            ]),
        Unit(
            .temperature, "degree Fahrenheit", "degrees Fahrenheit", scale: 5.0 / 9, offset: -160.0 / 9,
            [
                "fahrenheit", "degrees fahrenheit", "degree fahrenheit", "degrees f", "f", "° f", "°f", "farenheit",
                "degrees farenheit",
            ]),
        Unit(.temperature, "kelvin", "kelvin", scale: 1, offset: -273.15, ["kelvins", "degrees kelvin", "k"]),
    ]
    private static let speeds = [
        Unit(
            .speed, "meter per second", "meters per second", scale: 1,
            [
                "m / s", "metres per second",
                "meters a second", "mps",
            ]),
        Unit(
            .speed, "kilometer per hour", "kilometers per hour", scale: 1 / 3.6,
            [
                "km / h", "kmh", "kph", "kmph",
                "kilometres per hour", "kilometers an hour", "kilometres an hour", "k p h", "km per hour", "km an hour",
            ]),
        Unit(.speed, "mile per hour", "miles per hour", scale: 0.44704, ["mph", "miles an hour", "m p h", "mi / h"]),
        Unit(.speed, "foot per second", "feet per second", scale: 0.3048, ["ft / s", "feet a second", "fps"]),
        Unit(.speed, "knot", scale: 1852.0 / 3600, ["kn", "kts"]),
    ]
    private static let times = [
        Unit(.time, "millisecond", scale: 0.001, ["ms"]),
        Unit(.time, "second", scale: 1, ["sec", "secs", "s"]),
        Unit(.time, "minute", scale: 60, ["min", "mins"]),
        Unit(.time, "hour", scale: 3600, ["hr", "hrs", "h"]),
        Unit(.time, "day", scale: 86_400),
        Unit(.time, "week", scale: 604_800),
        Unit(.time, "month", scale: 2_628_000),
        Unit(.time, "year", scale: 31_536_000, ["yr", "yrs"]),
        Unit(.time, "decade", scale: 315_360_000),
        Unit(.time, "century", "centuries", scale: 3_153_600_000),
    ]
    private static let areas = [
        Unit(.area, "square meter", scale: 1, ["square metre", "square metres", "sq m", "m ²", "m²", "sqm"]),
        Unit(.area, "square centimeter", scale: 1e-4, ["square centimetre", "square centimetres", "sq cm"]),
        Unit(.area, "square kilometer", scale: 1e6, ["square kilometre", "square kilometres", "sq km", "km ²"]),
        Unit(.area, "square foot", "square feet", scale: 0.09290304, ["sq ft", "sq feet"]),
        Unit(.area, "square inch", "square inches", scale: 0.00064516, ["sq in"]),
        Unit(.area, "square yard", scale: 0.83612736, ["sq yd"]),
        Unit(.area, "square mile", scale: 2_589_988.110336, ["sq mi", "sq miles"]),
        Unit(.area, "acre", scale: 4046.8564224),
        Unit(.area, "hectare", scale: 10_000, ["ha"]),
    ]
    private static let data = [
        Unit(.data, "bit", scale: 0.125),
        Unit(.data, "byte", scale: 1),
        Unit(.data, "kilobit", scale: 125, ["kbit"]),
        Unit(.data, "megabit", scale: 125e3, ["mbit"]),
        Unit(.data, "gigabit", scale: 125e6, ["gbit"]),
        Unit(.data, "kilobyte", scale: 1e3, ["kb"]),
        Unit(.data, "megabyte", scale: 1e6, ["mb"]),
        Unit(.data, "gigabyte", scale: 1e9, ["gb", "gigs", "gig"]),
        Unit(.data, "terabyte", scale: 1e12, ["tb"]),
        Unit(.data, "petabyte", scale: 1e15, ["pb"]),
        Unit(.data, "kibibyte", scale: 1024, ["kib"]),
        Unit(.data, "mebibyte", scale: 1_048_576, ["mib"]),
        Unit(.data, "gibibyte", scale: 1_073_741_824, ["gib"]),
        Unit(.data, "tebibyte", scale: 1_099_511_627_776, ["tib"]),
    ]
}
