import Glibc

/// Turns a record into one line of text, for people or for machines.
public enum LogLine {
    public enum Format: String, CaseIterable, Sendable { case text, json }

    /// - Parameter time: seconds since 1970.
    public static func render(_ record: Log.Record, time: Double, format: Format) -> String {
        switch format {
        case .text: text(record, time: time)
        case .json: json(record, time: time)
        }
    }

    private static func text(_ record: Log.Record, time: Double) -> String {
        var line = "\(timestamp(time)) \(record.level.name.uppercased()) \(record.message)"
        for field in record.fields { line += " \(field.name)=\(plain(field.value))" }
        return line.replacingControls()
    }

    private static func json(_ record: Log.Record, time: Double) -> String {
        var line = "{\"time\":\"\(timestamp(time))\",\"level\":\"\(record.level.name)\",\"message\":"
        line += quoted(record.message)
        for field in record.fields {
            let value =
                switch field.value {
                case .text(let text): quoted(text)
                case .int(let number): "\(number)"
                case .double(let number): number.isFinite ? "\(number)" : "null"
                }
            line += ",\(quoted(field.name)):\(value)"
        }
        return line + "}"
    }

    private static func plain(_ value: Log.Value) -> String {
        switch value {
        case .text(let text): text.contains(" ") || text.isEmpty ? quoted(text) : text
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        }
    }

    /// A JSON string.
    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    /// RFC 3339 in UTC with milliseconds.
    private static func timestamp(_ time: Double) -> String {
        let milliseconds = Int(max(0, min(time, 2.5e11)) * 1000)
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
            + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(fraction)Z"
    }
}

extension String {
    /// Nobody may write a second line, or move the cursor of whoever reads the log.
    fileprivate func replacingControls() -> String {
        unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
            ? String(String.UnicodeScalarView(unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
            : self
    }
}
