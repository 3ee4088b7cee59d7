import Testing
import Transport
import VoicePipeline
import VoiceServer

@Suite struct KeyRingTests {
    private func stored(_ name: String, _ key: String, revoked: Double? = nil) -> AccessKey {
        AccessKey(name: name, hash: APIKey.hash(key.utf8), created: 1, revoked: revoked)
    }

    private func ring(
        _ configured: [String] = [], _ stored: [AccessKey] = [], isLocal: Bool = true, openAccess: Bool = false
    ) -> KeyRing {
        KeyRing(configured: configured, stored: stored, isLocal: isLocal, openAccess: openAccess)
    }

    @Test func knowsWhoseKeyItIs() {
        let keys = ring(
            ["shared-secret"], [stored("phone", "one"), stored("desk", "two"), stored("old", "three", revoked: 5)])
        #expect(keys.match(APIKey.hash("shared-secret".utf8))?.identity == .configured)
        #expect(keys.match(APIKey.hash("one".utf8))?.identity == .named("phone"))
        #expect(keys.match(APIKey.hash("two".utf8))?.identity == .named("desk"))
        #expect(keys.match(APIKey.hash("three".utf8)) == nil)
        #expect(keys.match(APIKey.hash("".utf8)) == nil)
        #expect(keys.match([]) == nil)
        #expect(keys.match(Array(APIKey.hash("one".utf8).dropLast())) == nil)
    }

    @Test func aDamagedHashFitsNothing() {
        let keys = ring([], [AccessKey(name: "x", hash: [], created: 1)])
        #expect(keys.match([]) == nil)
        #expect(!keys.isOpen)
    }

    @Test func isOpenOnlyWhileNoKeyWasEverMadeOrTheOperatorSaysSo() {
        #expect(ring().isOpen)
        #expect(!ring(isLocal: false).isOpen)
        #expect(ring(isLocal: false, openAccess: true).isOpen)
        for local in [true, false] {
            for open in [true, false] {
                #expect(!ring(["shared-secret"], isLocal: local, openAccess: open).isOpen)
                #expect(!ring([], [stored("phone", "one")], isLocal: local, openAccess: open).isOpen)
                // The last key was revoked: that is no invitation.
                #expect(ring([], [stored("phone", "one", revoked: 5)], isLocal: local, openAccess: open).isOpen == open)
            }
        }
    }

    @Test func aNameThatWasGivenToANewKeyDoesNotKeepTheOldOneIn() throws {
        let old = ring([], [stored("phone", "one")])
        let admission = try #require(old.match(APIKey.hash("one".utf8)))
        #expect(old.allows(admission))
        let new = ring([], [stored("phone", "one", revoked: 5), stored("phone", "two")])
        #expect(!new.allows(admission))
        #expect(new.allows(try #require(new.match(APIKey.hash("two".utf8)))))
    }
}

@Suite struct APIKeyTests {
    @Test func isRecognisableAndLong() {
        let key = APIKey(random: [UInt8](repeating: 0xFF, count: 32)).text
        #expect(key == "hotpin_" + String(repeating: "_", count: 42) + "8")
        #expect(APIKey(random: Array(0..<32)).text == "hotpin_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")
        #expect(APIKey.isPossible(key.utf8))
    }

    @Test func twoAreNeverTheSame() {
        #expect(Set((0..<1000).map { _ in APIKey(random: randomBytes(32)).text }).count == 1000)
    }

    @Test func knowsWhatCannotBeAKey() {
        for text in ["", "with space", "tab\t", "ü", "nul\0", String(repeating: "x", count: 257)] {
            #expect(!APIKey.isPossible(text.utf8), "\(text)")
        }
    }

    @Test func namesAreShortAndPlain() {
        for name in ["phone", "esp32-001", "a.b_c", String(repeating: "x", count: 64)] {
            #expect(Identity.isName(name))
        }
        for name in ["", "API_KEYS", "a b", "a/b", "ü", "a\n", "-\u{0}", String(repeating: "x", count: 65)] {
            #expect(!Identity.isName(name), "\(name)")
        }
    }
}

@Suite struct CalendarDayTests {
    @Test(arguments: [
        (0, "1970-01-01"), (-1, "1969-12-31"), (59, "1970-03-01"), (11_016, "2000-02-29"), (11_017, "2000-03-01"),
        (20_778, "2026-11-21"), (47_540, "2100-02-28"), (47_541, "2100-03-01"),
    ])
    func isTheCalendars(days: Int, text: String) {
        #expect(CalendarDay(daysSince1970: days).description == text)
    }

    @Test func noNumberTraps() {
        for days in [Int.min, Int.max] { #expect(!CalendarDay(daysSince1970: days).description.isEmpty) }
    }
}
