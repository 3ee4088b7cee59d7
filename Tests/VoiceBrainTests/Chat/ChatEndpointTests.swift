import Testing
import VoiceBrain

@Suite struct ChatEndpointTests {
    @Test func takesGroqByItsKeyAlone() {
        let endpoint = ChatEndpoint(environment: ["GROQ_API_KEY": "gsk_1", "LLM_BASE_URL": ""])
        #expect(
            endpoint
                == ChatEndpoint(baseURL: "https://api.groq.com/openai/v1", model: "openai/gpt-oss-20b", key: "gsk_1"))
    }

    @Test(arguments: [
        (["GROQ_API_KEY": "k", "GROQ_MODEL": "a", "LLM_MODEL": "b"], "a"),
        (["GROQ_API_KEY": "k", "LLM_MODEL": "b"], "b"),
        (["GROQ_API_KEY": "k", "GROQ_MODEL": ""], ChatEndpoint.groqDefaultModel),
    ])
    func namesTheModel(_ environment: [String: String], _ model: String) {
        #expect(ChatEndpoint(environment: environment)?.model == model)
    }

    @Test func prefersTheNamedService() {
        let endpoint = ChatEndpoint(environment: [
            "GROQ_API_KEY": "k", "LLM_BASE_URL": "http://127.0.0.1:11434/v1", "LLM_MODEL": "llama3.2",
        ])
        #expect(endpoint == ChatEndpoint(baseURL: "http://127.0.0.1:11434/v1", model: "llama3.2"))
    }

    @Test(arguments: [[:], ["LLM_BASE_URL": "http://x/v1"], ["LLM_MODEL": "m"], ["GROQ_API_KEY": ""]])
    func isNoneWithoutEnough(_ environment: [String: String]) {
        #expect(ChatEndpoint(environment: environment) == nil)
    }

    @Test func neverPrintsTheKey() {
        let endpoint = ChatEndpoint(baseURL: "http://x/v1", model: "m", key: "topsecret")
        var dumped = ""
        dump(endpoint, to: &dumped)
        for text in ["\(endpoint)", String(reflecting: endpoint), dumped, "\([endpoint])"] {
            #expect(!text.contains("topsecret"))
        }
    }
}
