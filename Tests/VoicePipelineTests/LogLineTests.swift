import Testing
import VoicePipeline

@Suite struct LogLineTests {
    private let record = Log.Record(
        level: .warning, message: "turn failed\n\u{1B}[31m",
        fields: [
            (name: "session", value: .text("a \"b\"")), (name: "turn", value: .int(3)),
            (name: "ms", value: .double(1.5)),
        ])

    @Test func textIsOneLineWithoutControls() {
        #expect(
            LogLine.render(record, time: 0.25, format: .text)
                == #"1970-01-01T00:00:00.250Z WARNING turn failed  [31m session="a \"b\"" turn=3 ms=1.5"#)
    }

    @Test func jsonKeepsEverything() {
        #expect(
            LogLine.render(record, time: 1_700_000_000, format: .json)
                == #"{"time":"2023-11-14T22:13:20.000Z","level":"warning","message":"turn failed\n\u001b[31m","#
                + #""session":"a \"b\"","turn":3,"ms":1.5}"#)
    }

    @Test func keepsLevelAndFields() {
        let kept = Kept()
        let log = Log(minimum: .info) { kept.add($0) }.with(["session": "s"])
        log.debug("no")
        log.info("yes", ["turn": 1])
        #expect(kept.records.map(\.message) == ["yes"])
        #expect(kept.records.first?.fields.map(\.name) == ["session", "turn"])
    }
}

private final class Kept: Sendable {
    private let all = Guarded<[Log.Record]>([])
    func add(_ record: Log.Record) { all.withLock { $0.append(record) } }
    var records: [Log.Record] { all.withLock { $0 } }
}
