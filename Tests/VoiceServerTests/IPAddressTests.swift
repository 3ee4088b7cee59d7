import Testing
import VoiceServer

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:DB8::0:1", "2001:db8::1"),
        ("::1", "::1"), ("fe80::1%eth0", "fe80::1"), ("0.0.0.0", "0.0.0.0"), ("::", "::"),
    ])
    func readsAndWrites(text: String, shown: String) {
        #expect(IPAddress(text)?.description == shown)
    }

    @Test(arguments: [
        "", "localhost", "1.2.3", "127.1", "1.2.3.4.5", "256.1.1.1", "0x7f.0.0.1", "1.2.3.4 ", "[::1]", ":::",
        "1::2::3",
        "1.2.3.4:80", "2130706433", String(repeating: "1", count: 10_000),
    ])
    func refusesWhatIsNone(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func knowsThisMachine() {
        for text in ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"] {
            #expect(IPAddress(text)?.isLoopback == true, "\(text)")
        }
        for text in ["0.0.0.0", "128.0.0.1", "::", "::2", "::ffff:10.0.0.1", "::127.0.0.1", "1::1"] {
            #expect(IPAddress(text)?.isLoopback == false, "\(text)")
        }
    }

    @Test func networkIsWhatOneHouseholdHas() {
        #expect(IPAddress("2001:db8:1:2:3:4:5:6")?.network == IPAddress("2001:db8:1:2::"))
        #expect(IPAddress("192.0.2.7")?.network == IPAddress("192.0.2.7"))
    }
}

@Suite struct AddressRangeTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.9.9.9/8", "10.0.0.1", true),
        ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "10.0.0.2", false), ("192.168.4.0/23", "192.168.5.255", true),
        ("192.168.4.0/23", "192.168.6.0", false), ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "2001:db8::1", false),
        ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
        ("::/0", "1.2.3.4", true), ("::ffff:10.0.0.0/32", "10.0.0.0", true), ("127.0.0.1", "::ffff:127.0.0.1", true),
    ])
    func contains(range: String, address: String, inside: Bool) throws {
        let range = try #require(AddressRange(range))
        let address = try #require(IPAddress(address))
        #expect(range.contains(address) == inside)
    }

    @Test(arguments: [
        "", "/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "10.0.0.0/", "::/129", "all", "10.0.0.0/8/8",
    ])
    func refusesWhatIsNone(text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test(arguments: ["10.0.0.0/8", "10.0.0.1", "2001:db8::/32", "::1"])
    func isShownAsWritten(text: String) {
        #expect(AddressRange(text)?.description == text)
    }
}
