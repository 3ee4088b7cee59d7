/// Writes English numbers, times, dates, money and units out as people say them, where a phonemizer would not.
///
///     "At 19:30 it's 20 °C, $3.50 for 3-5 km."
///     "At 19 30 it's 20 degrees Celsius, 3 dollars 50 for 3 to 5 kilometers."
///
/// It is for the ear only: what is shown and kept stays as it was written. What espeak-ng says well already, such as
/// "1,234.5", "2nd", "25%" or "7:15 p.m.", is left alone.
public enum SpokenForm {
    /// - Parameter text: one line, as `SpokenText` gives it.
    /// - Returns: the line as it is to be pronounced; a line without digits and signs comes back as it is.
    public static func english(_ text: String) -> String {
        guard text.utf8.contains(where: { (48...57).contains($0) || $0 == UInt8(ascii: ".") }) else { return text }
        let line = Array(text)
        var output: [Character] = []
        output.reserveCapacity(line.count + 32)
        var index = 0
        while index < line.count {
            if let reading = reading(at: index, in: line) {
                output += Array(reading.spoken)
                index = reading.end
            } else {
                output.append(line[index])
                index += 1
            }
        }
        return String(output)
    }

    /// What stands inside numbers and names.
    private static let joints: Set<Character> = ["-", "–", "/", ":", ".", ",", "'", "’"]

    /// What the place in the line begins, if it is to be said otherwise than it is written.
    private static func reading(at index: Int, in line: [Character]) -> Reading? {
        // In the middle of a word or number nothing begins.
        if index > 0, line[index - 1].isLetter || line[index - 1].isNumber { return nil }
        if index > 1, joints.contains(line[index - 1]), line[index - 2].isLetter || line[index - 2].isNumber {
            return nil
        }
        guard let first = line[index].asciiValue ?? (line[index].isCurrencySymbol ? 0 : nil) else { return nil }
        if line[index].isLetter { return AbbreviationReading.find(at: index, in: line) }
        // A name such as "v2.0.1" or "x-5" is no number.
        guard
            line[index].isASCIIDigit || first == UInt8(ascii: "-") || line[index].isCurrencySymbol
                || first == UInt8(ascii: "+")
        else { return nil }
        return MoneyReading.find(at: index, in: line) ?? DateReading.find(at: index, in: line)
            ?? PhoneReading.find(at: index, in: line) ?? TimeReading.find(at: index, in: line)
            ?? QuantityReading.find(at: index, in: line)
    }
}

/// How a part of a line is said.
struct Reading: Equatable {
    var spoken: String
    /// The place behind what was read.
    var end: Int
}

extension Character {
    var isASCIIDigit: Bool { isASCII && isNumber }
}
