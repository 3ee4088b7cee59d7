import Testing
import Transport

@Suite struct HTTPErrorTests {
    @Test func messageIsQuoted() {
        let json = String(decoding: HTTPError(400, "a \"b\" \\ c\nd ä").json, as: UTF8.self)
        #expect(json == #"{"error":{"message":"a \"b\" \\ c\u000ad ä"}}"#)
    }
}
