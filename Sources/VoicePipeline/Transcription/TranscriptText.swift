/// Writes transcriptions down.
public enum TranscriptText {
    /// - Parameters:
    ///   - task: as it was asked; `verbose_json` names it.
    ///   - segments: whether `verbose_json` lists segments.
    ///   - words: whether `verbose_json` lists words; they must have been asked for.
    /// - Returns: a whole file; the forms made of lines end with a line feed, unless they are empty.
    public static func write(
        _ transcription: Transcription, as format: TranscriptFormat, task: RecognitionOptions.Task = .transcribe,
        segments: Bool = true, words: Bool = false
    ) -> String {
        switch format {
        case .text: transcription.text.isEmpty ? "" : transcription.text + "\n"
        case .srt: subRip(transcription.segments)
        case .vtt: webVTT(transcription.segments)
        case .json: json(transcription)
        case .verboseJSON: verboseJSON(transcription, task: task, segments: segments, words: words)
        }
    }

    /// SubRip: numbered cues, times with a comma.
    static func subRip(_ segments: [TranscriptSegment]) -> String {
        var text = ""
        for (index, cue) in SubtitleCue.cues(of: segments).enumerated() {
            let lines = cue.lines.map(withoutArrow).joined(separator: "\n")
            text += "\(index + 1)\n\(time(cue.start, ",")) --> \(time(cue.end, ","))\n\(lines)\n\n"
        }
        return text
    }

    /// WebVTT: in its text `&`, `<` and `>` are written as character references.
    static func webVTT(_ segments: [TranscriptSegment]) -> String {
        var text = "WEBVTT\n\n"
        for cue in SubtitleCue.cues(of: segments) {
            let lines = cue.lines.map(escaped).joined(separator: "\n")
            text += "\(time(cue.start, ".")) --> \(time(cue.end, "."))\n\(lines)\n\n"
        }
        return text
    }

    /// Hours, minutes, seconds and milliseconds.
    private static func time(_ milliseconds: Int, _ mark: String) -> String {
        let seconds = milliseconds / 1000
        return padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":" + padded(seconds % 60, 2) + mark
            + padded(milliseconds % 1000, 3)
    }

    private static func padded(_ value: Int, _ length: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, length - digits.count)) + digits
    }

    /// Readers of SubRip know the line with the times by its arrow.
    private static func withoutArrow(_ line: String) -> String {
        var text = ""
        var dashes = 0
        for character in line {
            if character == ">", dashes >= 2 { text.removeLast(dashes - 1) }
            dashes = character == "-" ? dashes + 1 : 0
            text.append(character)
        }
        return text
    }

    private static func escaped(_ line: String) -> String {
        var text = ""
        for character in line {
            switch character {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            default: text.append(character)
            }
        }
        return text
    }
}
