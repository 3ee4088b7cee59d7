import Testing
import VoiceServer

@Suite struct ClientAddressTests {
    private func client(_ peer: String, _ forwarded: [String], trusting: [String]) -> String {
        ClientAddress(trusted: trusting.compactMap { AddressRange($0) }).of(peer: peer, forwarded: forwarded)
    }

    @Test func believesNobodyUnlessTold() {
        #expect(client("10.0.0.1", ["192.0.2.7"], trusting: []) == "10.0.0.1")
        #expect(client("10.0.0.1", ["192.0.2.7"], trusting: ["10.0.0.2"]) == "10.0.0.1")
    }

    @Test(arguments: [
        (["192.0.2.7"], "192.0.2.7"), (["6.6.6.6, 192.0.2.7"], "192.0.2.7"), (["6.6.6.6", "192.0.2.7"], "192.0.2.7"),
        (["6.6.6.6, 192.0.2.7, 10.0.0.2"], "192.0.2.7"), (["10.0.0.3"], "10.0.0.3"), ([], "10.0.0.1"),
        (["192.0.2.7:5000"], "192.0.2.7"), (["[2001:db8::1]:5000"], "2001:db8::1"), (["2001:db8::1"], "2001:db8::1"),
        (["192.0.2.7, unknown"], "10.0.0.1"), (["192.0.2.7,"], "10.0.0.1"), (["<script>"], "10.0.0.1"),
        ([""], "10.0.0.1"),
    ])
    func takesTheLastThatNoProxyOfOursIs(forwarded: [String], expected: String) {
        #expect(client("10.0.0.1", forwarded, trusting: ["10.0.0.0/8"]) == expected)
    }

    @Test func looksAtABoundedNumberOfEntries() {
        let chain = "192.0.2.7" + String(repeating: ", 10.0.0.2", count: 5000)
        #expect(client("10.0.0.1", [chain], trusting: ["10.0.0.0/8"]) == "10.0.0.2")
    }
}
