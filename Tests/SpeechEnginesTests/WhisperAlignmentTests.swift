import SpeechEngines
import Testing
import VoicePipeline

@Suite struct WhisperMedianFilterTests {
    /// Plainly: the middle of seven values, the ends mirrored.
    private func plain(_ row: [Float]) -> [Float] {
        let last = row.count - 1
        return row.indices.map { index in
            let window = (index - 3...index + 3).map { row[$0 < 0 ? -$0 : $0 > last ? 2 * last - $0 : $0] }
            return window.sorted()[3]
        }
    }

    @Test(arguments: [4, 5, 7, 8, 9, 15, 16, 17, 100])
    func isTheMiddleOfSeven(count: Int) {
        let row = SpeechClips.noise(count)
        #expect(MedianFilter.smooth(row[...]) == plain(row))
        // A slice that does not begin at 0.
        #expect(MedianFilter.smooth(([9, 9] + row)[2...]) == plain(row))
    }

    @Test func shortRowsStayAsTheyAre() {
        for count in 0...3 { #expect(MedianFilter.smooth(SpeechClips.noise(count)[...]) == SpeechClips.noise(count)) }
    }
}

@Suite struct WhisperTimeWarpingTests {
    /// A head whose queries point at the given columns.
    private func attention(_ looks: [Int], columns: Int) -> CrossAttention {
        var attention = CrossAttention(rows: looks.count, columns: columns)
        let length = columns
        // Keys are unit vectors; a query that points at several neighbouring ones survives the median.
        let keys = (0..<columns).flatMap { column in (0..<length).map { Float($0 == column ? 10 : 0) } }
        let queries = looks.flatMap { look in (0..<length).map { Float(abs($0 - look) <= 2 ? 10 : 0) } }
        keys.withUnsafeBufferPointer { keys in
            queries.withUnsafeBufferPointer { attention.add(queries: $0, stride: length, keys: keys, length: length) }
        }
        return attention
    }

    @Test func followsTheRows() {
        let starts = TimeWarping.starts(attention([4, 12, 20, 28], columns: 34))
        #expect(starts.count == 4)
        #expect(starts[0] == 0)
        for (start, look) in zip(starts, [4, 12, 20, 28]).dropFirst() { #expect(abs(start - (look - 2)) <= 3) }
        #expect(starts == starts.sorted())
    }

    @Test func oneRowOrColumnIsEnough() {
        #expect(TimeWarping.starts(attention([3], columns: 9)) == [0])
        #expect(TimeWarping.starts(attention([0, 0, 0], columns: 1)) == [0, 0, 0])
        #expect(TimeWarping.starts(CrossAttention(rows: 0, columns: 5)).isEmpty)
        #expect(TimeWarping.starts(CrossAttention(rows: 5, columns: 0)).isEmpty)
    }

    @Test func valuesThatAreNoNumbersDoNoHarm() {
        var attention = CrossAttention(rows: 3, columns: 6)
        let bad = [Float](repeating: .nan, count: 24)
        bad.withUnsafeBufferPointer { attention.add(queries: $0, stride: 4, keys: $0, length: 4) }
        #expect(TimeWarping.starts(attention).count == 3)
    }

    @Test func theFirstRowsCanBeLeftOut() {
        let whole = attention([1, 5, 9], columns: 12)
        let rest = whole.dropping(rows: 1)
        #expect(rest.rows == 2 && rest.columns == 12)
        #expect(rest.values == Array(whole.values[12...]))
        #expect(whole.dropping(rows: 9).values.isEmpty)
    }
}

@Suite struct WhisperWordTests {
    private let files: WhisperModelFiles
    private let encoder: BytePairEncoder

    init() throws {
        files = try WhisperModelFiles(folder: ONNXTestParts.whisperFolder, precision: .int8)
        encoder = BytePairEncoder(files.tokens)
    }

    private func words(_ text: String, language: String = "en") -> [WhisperWord] {
        WhisperWord.words(encoder.encode(text), files.tokens, language: language)
    }

    @Test(arguments: [
        (" Go forward, 10 meters.", [" Go", " forward,", " 10", " meters."]),
        (" \"Well,\" he said (quietly). - No!", [" \"Well,\"", " he", " said", " (quietly).", " - No!"]),
        (" It's ill-disposed; 3.5 o'clock...", [" It's", " ill-disposed;", " 3.5", " o'clock..."]),
        (" Größe naïve café…", [" Größe", " naïve", " café…"]), ("", []), (" ", []), (" ...", [" ..."]),
    ])
    func cutsATextIntoWords(text: String, expected: [String]) {
        let words = words(text)
        #expect(words.map(\.text) == expected)
        if !words.isEmpty { #expect(words.map(\.text).joined() == text) }
    }

    @Test func languagesWithoutSpacesAreCutIntoCharacters() {
        #expect(words("今日は、いい天気です。", language: "ja").map(\.text) == ["今", "日", "は、", "い", "い", "天", "気", "で", "す。"])
    }

    @Test(arguments: [" \"Well,\" he said: 3.5 (or 4)!", "🙂👍🏽 emoji 日本語", " a - b", "?", " \u{FFFD} x"])
    func wordsHaveAllTokensBetweenThem(text: String) {
        let tokens = encoder.encode(text)
        let words = words(text)
        #expect(words.first?.tokens.lowerBound == 0)
        #expect(words.last?.tokens.upperBound == tokens.count)
        for (word, next) in zip(words, words.dropFirst()) { #expect(word.tokens.upperBound == next.tokens.lowerBound) }
        for word in words {
            #expect(
                word.tokens.lowerBound <= word.spoken.lowerBound && word.spoken.upperBound <= word.tokens.upperBound)
            #expect(!word.spoken.isEmpty)
        }
    }

    @Test func brokenBytesMakeAWord() {
        // The first byte of a character that never ends.
        let cut = Array(encoder.encode("語").dropLast())
        let words = WhisperWord.words(cut, files.tokens, language: "en")
        #expect(words.count == 1)
        #expect(words.first?.tokens == 0..<cut.count)
    }

    @Test(arguments: [
        ("end.", true), ("end", false), ("what?\"", true), ("Mr.", false), (" Dr.", false), ("です。", true),
        ("a,", false),
        ("", false), ("(yes.)", true),
    ])
    func knowsWhereSentencesEnd(text: String, ends: Bool) {
        #expect(WhisperWord(text: text, tokens: 0..<1).endsSentence == ends)
    }
}

@Suite struct WhisperWordTimesTests {
    /// Words of one token each.
    private func words(_ texts: [String]) -> [WhisperWord] {
        texts.enumerated().map { WhisperWord(text: $0.element, tokens: $0.offset..<$0.offset + 1) }
    }

    /// A second of tone for "x", of nothing for "_".
    private func audio(_ seconds: String) -> [Float] {
        seconds.flatMap { sign in (0..<16000).map { $0 % 40 < 20 && sign == "x" ? Float(0.1) : 0 } }
    }

    private func times(_ texts: [String], starts: [Int], _ seconds: String) -> [TimedWord] {
        WordTimes.times(
            words(texts), starts: starts, logProbabilities: [Float](repeating: -0.6931472, count: texts.count),
            energy: SpeechEnergy(audio(seconds)), duration: Double(seconds.count))
    }

    @Test func positionsBecomeSeconds() {
        let words = times([" Go", " on,", "then"], starts: [0, 10, 25, 45], "x")
        #expect(words.map(\.start) == [0, 0.2, 0.5])
        #expect(words.map(\.end) == [0.2, 0.5, 0.9])
        #expect(words.map(\.text) == ["Go", "on,", "then"])
        #expect(words.map(\.followsSpace) == [true, true, false])
        #expect(words.allSatisfy { abs($0.probability - 0.5) < 1e-4 })
    }

    @Test func silenceIsCutOff() {
        let words = times([" one", " two"], starts: [0, 75, 150], "_x_")
        #expect(words[0].start == 1)
        #expect(words[0].end == 1.5)
        #expect(words[1].end == 2)
    }

    @Test func aWordOfSilenceKeepsItsTime() {
        let words = times([" one", " two", " three"], starts: [0, 60, 80, 100], "x_x")
        #expect(words[1].start == 1.2 && words[1].end == 1.6)
    }

    @Test func aWordBehindASentenceIsNotStretched() {
        let words = times([" a", " b", " c.", " d", " e"], starts: [0, 10, 20, 30, 140, 150], "xxx")
        #expect(words[3].start == 2.4)
        #expect(words[3].end == 2.8)
    }

    @Test func aWordWithoutATimeOfItsOwnGetsSomeSilence() {
        let words = times([" one", " it", " was"], starts: [0, 100, 100, 125], "x_x")
        #expect(words.map(\.start) == [0, 1.94, 2])
        #expect(words.map(\.end) == [1, 2, 2.5])
    }

    @Test func missingPositionsAreTheEnd() {
        let words = times([" one", " two"], starts: [], "x")
        #expect(words.map(\.end) == [1, 1])
        #expect(times([], starts: [], "x").isEmpty)
    }

    // MARK: Segments

    private func cut(_ words: [(text: String, start: Double, end: Double)]) -> [Range<Int>] {
        SegmentCutter.cut(
            self.words(words.map(\.text)), words.map { TimedWord(start: $0.start, end: $0.end, text: $0.text) })
    }

    @Test func sentencesAndPausesEndSegments() {
        #expect(cut([("One.", 0, 1), ("Two", 1, 2), ("three", 2, 3)]) == [0..<1, 1..<3])
        #expect(cut([("One", 0, 1), ("two", 2.1, 3)]) == [0..<1, 1..<2])
        #expect(cut([("Mr.", 0, 1), ("Dashwood.", 1, 2)]) == [0..<2])
        #expect(cut([]).isEmpty)
    }

    @Test func longSentencesAreCutAtCommasAndAtLastAnywhere() {
        #expect(cut([("a,", 0, 5), ("b", 5, 7.5), ("c,", 7.5, 8), ("d", 8, 9)]) == [0..<3, 3..<4])
        let long = (0..<20).map { (text: "w", start: Double($0), end: Double($0 + 1)) }
        #expect(cut(long) == [0..<12, 12..<20])
    }
}
