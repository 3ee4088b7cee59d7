import SpeechEngines
import Testing

@Suite struct ONNXVersionTests {
    @Test(arguments: ["1.20.0", "1.31.1", "1.99"])
    func accepts(version: String) {
        #expect(ONNXVersion(version)?.isAccepted == true)
    }

    @Test(arguments: ["1.19.2", "0.99.0", "2.0.0", "2.31.1"])
    func doesNotAccept(version: String) {
        #expect(ONNXVersion(version)?.isAccepted == false)
    }

    @Test(arguments: ["", "1", "1.", ".31", "one.two", "-1.31", "1.-31"])
    func whatIsNoVersionIsNone(text: String) {
        #expect(ONNXVersion(text) == nil)
    }
}
