import Testing
import Transport

@Suite struct DigestTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func sha256IsThatOfTheStandard(text: String, digest: String) {
        let hex = Digest.sha256(Array(text.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count < 2 ? "0" + digits : digits
        }
        #expect(hex.joined() == digest)
    }

    @Test func secretsAreEqualOnlyInFull() {
        let secret = Digest.sha256([1, 2, 3])
        #expect(constantTimeEquals(secret, Digest.sha256([1, 2, 3])))
        for index in secret.indices {
            var other = secret
            other[index] ^= 1
            #expect(!constantTimeEquals(secret, other))
        }
        #expect(!constantTimeEquals(secret, Array(secret.dropLast())))
        #expect(!constantTimeEquals(secret, []))
        #expect(!constantTimeEquals([], []))
    }

    @Test func randomBytesAreManyAndDifferent() {
        #expect(randomBytes(0).isEmpty)
        #expect(randomBytes(-1).isEmpty)
        #expect(randomBytes(32).count == 32)
        #expect(randomBytes(100_000).count == 65_536)
        #expect(randomBytes(32) != randomBytes(32))
        #expect(Set(randomBytes(16_384)).count == 256)
    }
}
