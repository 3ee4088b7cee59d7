import Testing
import VoiceBrain

@Suite struct ChatEndpointTests {
    @Test func neverPrintsTheKey() {
        let endpoint = ChatEndpoint(baseURL: "http://x/v1", model: "m", key: "topsecret")
        var dumped = ""
        dump(endpoint, to: &dumped)
        for text in ["\(endpoint)", String(reflecting: endpoint), dumped, "\([endpoint])"] {
            #expect(!text.contains("topsecret"))
        }
    }
}
