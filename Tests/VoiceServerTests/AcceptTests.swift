import Testing
import VoiceServer

@Suite struct AcceptTests {
    @Test(
        arguments: [
            (nil, false), ("*/*", false), ("application/json", true), ("application/json, text/plain, */*", true),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false),
            ("text/html, application/json;q=0.9", false), ("text/html;q=0.5, application/json;q=0.9", true),
            ("APPLICATION/JSON ; q=1", true), ("application/json;q=0", false), ("application/json;q=abc", false),
            ("", false),
        ] as [(String?, Bool)])
    func choosesBetweenPageAndJSON(header: String?, json: Bool) {
        #expect(Accept.prefersJSON(header) == json)
    }
}
