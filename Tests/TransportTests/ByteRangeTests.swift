import Testing
import Transport

@Suite struct ByteRangeTests {
    @Test(arguments: [
        ("bytes=0-0", 0..<1), ("bytes=0-99", 0..<10), ("bytes=3-", 3..<10), ("bytes=-4", 6..<10), ("bytes=-99", 0..<10),
        ("Bytes=9-9", 9..<10), ("bytes=2-99999999999999999999999", 2..<10),
    ])
    func partIsFound(header: String, part: Range<Int>) {
        #expect(ByteRange(header, size: 10) == .part(part))
    }

    @Test(arguments: ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999999-"])
    func rangeBeyondTheFileIsUnsatisfiable(header: String) {
        #expect(ByteRange(header, size: 10) == .unsatisfiable)
    }

    @Test(arguments: [
        nil, "", "bytes", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "bytes=1-2,4-5", "lines=1-2", "bytes=+1-2",
        "bytes=1-x", "bytes=--1",
    ])
    func malformedRangeMeansTheWhole(header: String?) {
        #expect(ByteRange(header, size: 10) == .whole)
    }

    @Test func emptyFileHasNoRange() {
        #expect(ByteRange("bytes=0-", size: 0) == .unsatisfiable)
        #expect(ByteRange("bytes=-1", size: 0) == .unsatisfiable)
    }
}
