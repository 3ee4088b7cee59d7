import VoiceProtocol

extension TranscriptText {
    /// OpenAI's `Transcription`.
    static func json(_ transcription: Transcription) -> String {
        var object = JSONObjectWriter()
        object.add("text", Array(transcription.text.utf8))
        object.add("usage", usage(transcription))
        return String(decoding: object.finished(), as: UTF8.self)
    }

    /// OpenAI's `TranscriptionVerbose`.
    static func verboseJSON(
        _ transcription: Transcription, task: RecognitionOptions.Task, segments: Bool, words: Bool
    ) -> String {
        var object = JSONObjectWriter()
        object.add("task", Array(task.rawValue.utf8))
        let language = LanguageName.name(of: transcription.language) ?? transcription.language
        object.add("language", Array(language.utf8))
        object.add("duration", json: seconds(transcription.duration))
        object.add("text", Array(transcription.text.utf8))
        if words {
            object.add("words", json: list(transcription.segments.flatMap(\.words).map(word)))
        }
        if segments {
            object.add(
                "segments", json: list(transcription.segments.enumerated().map { segment($0.element, id: $0.offset) }))
        }
        object.add("usage", usage(transcription))
        return String(decoding: object.finished(), as: UTF8.self)
    }

    private static func segment(_ segment: TranscriptSegment, id: Int) -> JSONObjectWriter {
        var object = JSONObjectWriter()
        object.add("id", id)
        // Where the piece of audio begins, in frames of 10 ms.
        object.add("seek", Int(min(max(0, segment.start * 100), 1e12)))
        object.add("start", json: seconds(segment.start))
        object.add("end", json: seconds(segment.end))
        object.add("text", Array(" \(segment.text)".utf8))
        object.add("tokens", json: Array("[\(segment.tokens.map(String.init).joined(separator: ","))]".utf8))
        object.add("temperature", json: number(Double(segment.temperature), 100))
        object.add("avg_logprob", json: number(Double(segment.averageLogProbability), 1e6))
        object.add("compression_ratio", json: number(Double(segment.compressionRatio), 1e6))
        object.add("no_speech_prob", json: number(Double(segment.noSpeechProbability), 1e6))
        return object
    }

    private static func word(_ word: TimedWord) -> JSONObjectWriter {
        var object = JSONObjectWriter()
        object.add("word", Array(word.text.utf8))
        object.add("start", json: seconds(word.start))
        object.add("end", json: seconds(word.end))
        return object
    }

    private static func usage(_ transcription: Transcription) -> JSONObjectWriter {
        var object = JSONObjectWriter()
        object.add("type", "duration")
        object.add("seconds", Int(min(max(0, transcription.duration.rounded(.up)), 1e9)))
        return object
    }

    private static func list(_ objects: [JSONObjectWriter]) -> [UInt8] {
        var bytes = [UInt8(ascii: "[")]
        for (index, object) in objects.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += object.finished()
        }
        return bytes + [UInt8(ascii: "]")]
    }

    /// To the millisecond.
    private static func seconds(_ value: Double) -> [UInt8] { number(value, 1000) }

    /// - Parameter steps: of one; what is left behind them is rounded. A value that is no number is 0.
    private static func number(_ value: Double, _ steps: Double) -> [UInt8] {
        let rounded = (value * steps).rounded() / steps
        // Zero has no sign for readers.
        return Array("\(rounded.isFinite && rounded != 0 ? rounded : 0.0)".utf8)
    }
}
