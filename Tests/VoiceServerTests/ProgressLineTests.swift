import Testing
import VoiceServer

@Suite struct ProgressLineTests {
    @Test func showsHowFarItIs() {
        let line = ProgressLine(name: "talk.mp3", done: 62, total: 124, elapsed: 4)
        #expect(
            line.text(columns: 80)
                == "talk.mp3  " + String(repeating: "━", count: 12) + String(repeating: "─", count: 12)
                + "  1:02 of 2:04  15.5x")
    }

    @Test(arguments: [
        (ProgressLine(name: "a", total: nil), "a  0:00"),
        (ProgressLine(name: "a", done: 3725, total: nil), "a  1:02:05"),
        (ProgressLine(name: "a", done: 50, total: 20, elapsed: 10), "  0:50 of 0:50  5.0x"),
        (ProgressLine(name: "a\u{1B}[2J", total: .nan), "a?[2J  0:00 of 0:00"),
        (ProgressLine(name: "a", done: .infinity, total: 2, elapsed: .nan), "━  0:00 of 0:00"),
        (ProgressLine(name: "a", done: .infinity, total: 0, elapsed: 1e-300), "x"),
    ])
    func odd(line: ProgressLine, end: String) {
        #expect(line.text(columns: 80).hasSuffix(end))
    }

    @Test func keepsToTheTerminal() {
        for columns in 0...100 {
            for name in ["", "n", String(repeating: "long name ", count: 20)] {
                let line = ProgressLine(name: name, done: 100, total: 7_000, elapsed: 3)
                #expect(line.text(columns: columns).count <= max(1, columns))
            }
        }
    }
}
