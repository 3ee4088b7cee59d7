import FoundationEssentials
import Testing
import VoicePipeline

@Suite struct TranscriptTextTests {
    private func transcription(_ segments: [TranscriptSegment], language: String = "en") -> Transcription {
        var transcription = Transcription()
        transcription.text = segments.map(\.text).joined(separator: " ")
        transcription.language = language
        transcription.duration = segments.last?.end ?? 0
        transcription.segments = segments
        return transcription
    }

    private func write(_ text: String, _ start: Double, _ end: Double, as format: TranscriptFormat) -> String {
        TranscriptText.write(transcription([TranscriptSegment(start: start, end: end, text: text)]), as: format)
    }

    // MARK: - Text

    @Test func textIsTheWordsAndALineFeed() {
        #expect(write("Hello there.", 0, 1, as: .text) == "Hello there.\n")
        #expect(TranscriptText.write(Transcription(), as: .text) == "")
    }

    // MARK: - Subtitles

    @Test func subRip() {
        let two = transcription([
            TranscriptSegment(start: 0, end: 1.5, text: "Go forward."),
            TranscriptSegment(start: 3661.2, end: 3662.25, text: "Ten metres."),
        ])
        #expect(
            TranscriptText.write(two, as: .srt) == """
                1
                00:00:00,000 --> 00:00:01,500
                Go forward.

                2
                01:01:01,200 --> 01:01:02,250
                Ten metres.


                """)
    }

    @Test func webVTT() {
        #expect(
            write("Go forward.", 0, 1.5, as: .vtt)
                == "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nGo forward.\n\n")
        #expect(TranscriptText.write(Transcription(), as: .vtt) == "WEBVTT\n\n")
        #expect(TranscriptText.write(Transcription(), as: .srt) == "")
    }

    @Test(arguments: [
        (0.0, 59.9995, "00:00:00,000 --> 00:01:00,000"), (59.9994, 60.0, "00:00:59,999 --> 00:01:00,000"),
        (3599.9996, 3600.0004, "01:00:00,000 --> 01:00:00,001"), (-3.0, .infinity, "00:00:00,000 --> 00:00:00,001"),
        (Double.nan, 2.0, "00:00:00,000"), (5.0, 4.0, "00:00:05,000 --> 00:00:05,001"),
        (1e300, 1e300, "99:00:00,000 --> 99:00:00,001"),
    ])
    func timesAreRoundedAndInOrder(start: Double, end: Double, line: String) {
        #expect(write("x", start, end, as: .srt).contains(line))
    }

    @Test func textCannotBreakSubRip() {
        let text = write("a\n\n7\n00:00:01,000 --> 00:00:02,000\r\nb ---> c\u{0}d\u{2028}e", 0, 9, as: .srt)
        #expect(text.components(separatedBy: "-->").count == 2)
        #expect(text == "1\n00:00:00,000 --> 00:00:09,000\na 7 00:00:01,000 ->\n00:00:02,000 b -> c d e\n\n")
    }

    @Test func textCannotBreakWebVTT() {
        let text = write("a --> <b>\n\n& c", 0, 1, as: .vtt)
        #expect(text == "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\na --&gt; &lt;b&gt; &amp; c\n\n")
    }

    @Test func whiteSpaceAloneIsNoCue() {
        #expect(write(" \n\n ", 0, 1, as: .srt) == "")
    }

    @Test func linesHaveFortyTwoCharactersAndCuesTwoLines() {
        let words = (1...60).map { String(repeating: "w", count: $0 % 9 + 1) }
        let cues = write(words.joined(separator: " "), 10, 30, as: .srt).components(separatedBy: "\n\n").dropLast()
        #expect(cues.count > 3)
        var seen: [String] = []
        var last = "00:00:10,000"
        for cue in cues {
            let lines = cue.components(separatedBy: "\n")
            #expect((3...4).contains(lines.count))
            let times = lines[1].components(separatedBy: " --> ")
            // One cue follows the other.
            #expect(times[0] == last)
            #expect(times[1] > times[0])
            last = times[1]
            for line in lines[2...] {
                #expect(line.count <= 42)
                seen += line.components(separatedBy: " ")
            }
        }
        #expect(last == "00:00:30,000")
        #expect(seen == words)
    }

    @Test func aCueEndsBehindASentence() {
        let text = write(
            "It was the best of times, it was the worst of times. It was the age of wisdom, it was the age of foolishness.",
            0, 10, as: .srt)
        #expect(text.contains("it was the worst of times.\n\n2\n"))
    }

    @Test func cuesTakeTheTimesOfTheirWords() {
        var segment = TranscriptSegment(start: 0, end: 40, text: "")
        segment.words = (0..<20).map {
            TimedWord(start: Double($0) * 2, end: Double($0) * 2 + 1, text: "abcdefgh\($0 % 10)")
        }
        segment.text = segment.words.map(\.text).joined(separator: " ")
        let text = TranscriptText.write(transcription([segment]), as: .srt)
        // Four words and their spaces fit a line of 42.
        #expect(text.contains("00:00:00,000 --> 00:00:15,000\n"))
        #expect(text.contains("00:00:16,000 --> 00:00:31,000\n"))
    }

    @Test func aWordLongerThanALineIsCut() {
        let text = write(String(repeating: "字", count: 100), 0, 10, as: .srt)
        let lines = text.components(separatedBy: "\n").filter { $0.contains("字") }
        #expect(lines.allSatisfy { $0.count <= 42 && !$0.contains(" ") })
        #expect(lines.joined().count == 100)
    }

    // MARK: - JSON

    private func object(_ text: String) throws -> [String: JSONAny] {
        try JSONDecoder().decode([String: JSONAny].self, from: Data(text.utf8))
    }

    @Test func jsonHoldsTheText() throws {
        let text = write("Say “\"hi\"”\\\n\u{1}", 0, 1.2, as: .json)
        #expect(try object(text)["text"] == .text("Say “\"hi\"”\\\n\u{1}"))
        #expect(try object(text)["usage"] == .object(["type": .text("duration"), "seconds": .number(2)]))
    }

    @Test func verboseJSONHoldsEverything() throws {
        var segment = TranscriptSegment(
            start: 0.5, end: 1.2345678, text: "Guten Tag.", tokens: [50364, 7], temperature: 0.2,
            averageLogProbability: -0.25, compressionRatio: 1.5, noSpeechProbability: 0.125)
        segment.words = [
            TimedWord(start: 0.5, end: 0.8, text: "Guten"), TimedWord(start: 0.8, end: 1.2, text: "Tag."),
        ]
        let whole = transcription([segment, segment], language: "de")
        let full = try object(
            TranscriptText.write(whole, as: .verboseJSON, task: .translate, segments: true, words: true))
        #expect(full["task"] == .text("translate"))
        #expect(full["language"] == .text("german"))
        #expect(full["duration"] == .number(1.235))
        #expect(full["text"] == .text("Guten Tag. Guten Tag."))
        guard case .list(let segments)? = full["segments"], case .list(let words)? = full["words"] else {
            Issue.record("no lists")
            return
        }
        #expect(words.count == 4)
        #expect(words.first == .object(["word": .text("Guten"), "start": .number(0.5), "end": .number(0.8)]))
        #expect(
            segments.last
                == .object([
                    "id": .number(1), "seek": .number(50), "start": .number(0.5), "end": .number(1.235),
                    "text": .text(" Guten Tag."), "tokens": .list([.number(50364), .number(7)]),
                    "temperature": .number(0.2), "avg_logprob": .number(-0.25), "compression_ratio": .number(1.5),
                    "no_speech_prob": .number(0.125),
                ]))
        let bare = try object(TranscriptText.write(whole, as: .verboseJSON, segments: false))
        #expect(bare["segments"] == nil)
        #expect(bare["words"] == nil)
    }

    @Test func whatIsNoNumberIsZero() throws {
        let odd = TranscriptSegment(
            start: .nan, end: .infinity, text: "x", averageLogProbability: -.infinity, compressionRatio: .nan)
        var whole = transcription([odd])
        whole.duration = .nan
        let text = TranscriptText.write(whole, as: .verboseJSON)
        #expect(try object(text)["duration"] == .number(0))
    }

    @Test func formatsHaveNames() {
        #expect(TranscriptFormat(name: "txt") == .text)
        #expect(TranscriptFormat(name: "verbose_json") == .verboseJSON)
        #expect(TranscriptFormat(name: "docx") == nil)
    }
}

/// Any JSON value, to look into.
enum JSONAny: Decodable, Equatable {
    case text(String)
    case number(Double)
    case list([JSONAny])
    case object([String: JSONAny])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let list = try? value.decode([JSONAny].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: JSONAny].self))
        }
    }
}
