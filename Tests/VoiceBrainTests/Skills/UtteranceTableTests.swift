import Testing
import VoiceBrain
import VoicePipeline
import VoiceTesting

/// Which skill takes which words. "-" is none: these belong to a language model.
@Suite struct UtteranceTableTests {
    @Test(arguments: UtteranceTable.rows)
    func takes(_ row: UtteranceTable.Row) {
        let now = Now(ManualWallClock(BrainFixture.evening))
        let claim = SkillRouter.standard.claim(on: Utterance(row.words), at: now)
        let taken = claim.map { $0.certainty == .certain ? $0.skill : "\($0.skill)?" } ?? "-"
        #expect(taken == row.skill, "“\(row.words)”")
    }

    @Test func isLongEnough() {
        #expect(UtteranceTable.rows.count >= 250)
        #expect(Set(UtteranceTable.rows.map(\.words)).count == UtteranceTable.rows.count)
    }

    /// Rows that a skill takes for certain. (A closure among a test's arguments crashes the compiler of Swift 6.0.)
    static let certain = UtteranceTable.rows.filter {
        $0.skill != "-" && $0.skill != "small talk" && !$0.skill.hasSuffix("?")
    }

    /// How words are heard must not matter: case, final punctuation, politeness.
    @Test(arguments: certain)
    func staysTheSameWhenSpokenOtherwise(_ row: UtteranceTable.Row) {
        let now = Now(ManualWallClock(BrainFixture.evening))
        let bare = row.words.hasSuffix(".") || row.words.hasSuffix("?") ? String(row.words.dropLast()) : row.words
        for words in [bare.uppercased(), bare + "!", "Hey Hotpin, " + bare + ", please.", "Um, could you " + bare] {
            let claim = SkillRouter.standard.claim(on: Utterance(words), at: now)
            #expect(claim?.skill == row.skill, "“\(words)”")
        }
    }
}
