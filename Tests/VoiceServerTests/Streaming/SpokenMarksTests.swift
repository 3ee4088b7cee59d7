import Testing
import VoiceServer

@Suite struct SpokenMarksTests {
    private var marks: SpokenMarks {
        var marks = SpokenMarks()
        marks.append("It's seven", count: 1000)
        marks.append("fifteen in the evening.", count: 2300)
        return marks
    }

    @Test(arguments: [
        (-5, ""), (0, ""), (399, ""), (400, "It's"), (999, "It's"), (1000, "It's seven"), (1699, "It's seven"),
        (1700, "It's seven fifteen"), (3299, "It's seven fifteen in the"),
        (3300, "It's seven fifteen in the evening."), (Int.max, "It's seven fifteen in the evening."),
    ])
    func givesWholeWords(position: Int, words: String) {
        #expect(marks.words(until: position) == words)
    }

    @Test func isNothingWithoutAPiece() {
        #expect(SpokenMarks().words(until: 100) == "")
    }

    @Test func knowsPiecesWithoutWordsOrSound() {
        var marks = SpokenMarks()
        marks.append("", count: 100)
        marks.append("Silent.", count: 0)
        marks.append("Ja, süß 🙂.", count: 100)
        #expect(marks.words(until: 100) == "Silent.")
        #expect(marks.words(until: 180) == "Silent. Ja, süß")
        #expect(marks.words(until: 200) == "Silent. Ja, süß 🙂.")
    }
}
