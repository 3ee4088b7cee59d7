/// Writes metrics as Prometheus reads them.
/// - Source: Prometheus text exposition format, version 0.0.4.
public enum MetricText {
    /// What a response with this text names as its type.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// One metric: what it means, its type, its samples.
    /// - Parameters:
    ///   - type: `counter`, `gauge` or `histogram`.
    ///   - labels: names of the samples' labels.
    package static func metric(
        _ name: String, help: String, type: String, labels: [String], samples: [MetricSample]
    ) -> String {
        var text = "# HELP \(name) \(escaped(help, quotes: false))\n# TYPE \(name) \(type)\n"
        for sample in samples {
            text += name + sample.suffix
            var pairs = zip(labels, sample.labels).map { "\($0)=\"\(escaped($1, quotes: true))\"" }
            if let bound = sample.bound { pairs.append("le=\"\(bound)\"") }
            if !pairs.isEmpty { text += "{" + pairs.joined(separator: ",") + "}" }
            text += " \(number(sample.value))\n"
        }
        return text
    }

    /// A number as the format wants it: whole ones without a fraction.
    package static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), abs(value) < 1e15 { return "\(whole)" }
        return "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x22 }) else { return text }
        var out = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\"" where quotes: out += "\\\""
            default: out.unicodeScalars.append(character)
            }
        }
        return out
    }
}
