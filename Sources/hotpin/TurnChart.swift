/// Draws where a turn's time went, for a terminal.
enum TurnChart {
    /// Characters of the longest bar.
    private static let width = 48.0

    /// One bar a stage, each beginning where the one before ended.
    static func lines(_ turn: TurnMeasurement) -> [String] {
        let stages: [(name: String, end: Double?)] = [
            ("recognised", turn.heard), ("first audio", turn.firstAudio), ("all sent", turn.lastAudio),
        ]
        let last = max(1, stages.compactMap(\.end).max() ?? 1)
        var began = 0.0
        var lines: [String] = []
        for stage in stages {
            guard let end = stage.end else { continue }
            let end0 = max(end, began)
            let start = Int(began / last * width)
            let length = max(1, Int(end0 / last * width) - start)
            let bar = String(repeating: " ", count: start) + String(repeating: "█", count: length)
            lines.append("\(padded(stage.name, 12)) \(padded(bar, Int(width) + 1)) \(whole(end)) ms")
            began = end0
        }
        return lines
    }

    /// The median and the range of the time to the first audio.
    static func summary(_ turns: [TurnMeasurement]) -> String {
        let times = turns.compactMap(\.firstAudio).sorted()
        guard let least = times.first, let most = times.last else { return "No answer had audio." }
        let median = (times[(times.count - 1) / 2] + times[times.count / 2]) / 2
        return "first audio after the end of speech: median \(whole(median)) ms (\(whole(least)) to \(whole(most))), "
            + "\(times.count) of \(turns.count) turns"
    }

    private static func whole(_ time: Double) -> String { "\(Int(time.rounded()))" }

    private static func padded(_ text: String, _ length: Int) -> String {
        text + String(repeating: " ", count: max(0, length - text.count))
    }
}
