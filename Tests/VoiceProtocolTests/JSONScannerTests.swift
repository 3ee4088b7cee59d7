import Testing
import VoiceProtocol
import VoiceTesting

@Suite struct JSONScannerTests {
    private func scan(_ text: String) throws(JSONScanError) -> [(String, JSONScalar)] {
        var members: [(String, JSONScalar)] = []
        try JSONScanner.object(Array(text.utf8)[...]) { key, value in
            members.append((String(decoding: key, as: UTF8.self), value))
        }
        return members
    }

    @Test func readsEveryKindOfValue() throws {
        let members = try scan(
            #" { "s" : "a\"b" , "n":-1.5e+3,"t":true,"f":false,"z":null,"o":{"x":[1,{}]},"a":[] } "#)
        #expect(members.map(\.0) == ["s", "n", "t", "f", "z", "o", "a"])
        #expect(
            members.map(\.1) == [
                .string(Array("a\"b".utf8)), .number(Array("-1.5e+3".utf8)), .bool(true), .bool(false), .null,
                .nested, .nested,
            ])
    }

    @Test(arguments: [
        (#"{"k":"\u00e9\n\t\/"}"#, "é\n\t/"), (#"{"k":"\ud83d\ude00"}"#, "😀"), (#"{"k":"ünïcode"}"#, "ünïcode"),
    ])
    func resolvesEscapes(text: String, expected: String) throws {
        #expect(try scan(text).first?.1 == .string(Array(expected.utf8)))
    }

    @Test(arguments: [
        "", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1}x", "{\"a\":01}", "{\"a\":1.}", "{\"a\":-}",
        "{\"a\":tru}", "{'a':1}", "{\"a\":\"\u{1}\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}",
        "{\"a\":\"\\ud800\\u0041\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"", "[1,2", "nul", "\"",
    ])
    func refusesWhatIsNotJSON(text: String) {
        guard case .malformed = thrown(JSONScanError.self, by: { try scan(text) }) else {
            Issue.record("\(text) was taken for JSON")
            return
        }
    }

    @Test(arguments: ["[]", "[{\"a\":1}]", "1", "\"text\"", "true", "null"])
    func saysWhenItIsNoObject(text: String) {
        #expect(throws: JSONScanError.notAnObject) { try scan(text) }
    }

    @Test func boundsNesting() throws {
        func nested(_ depth: Int) -> String {
            "{\"a\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
        }
        #expect(try scan(nested(15)).count == 1)
        #expect(throws: JSONScanError.tooDeep) { try scan(nested(16)) }
        #expect(throws: JSONScanError.tooDeep) { try scan(String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test func everyBeginningOfAFrameIsAnErrorNotATrap() {
        let text = #"{"session_id":"a\u00e9","n":[1,-2.5e3,{"x":null}],"b":true}"#
        for length in 0..<text.utf8.count {
            #expect(throws: JSONScanError.self) {
                try JSONScanner.object(Array(text.utf8)[..<length]) { _, _ in }
            }
        }
    }
}
