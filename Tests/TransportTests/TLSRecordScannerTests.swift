import Testing
import Transport

@Suite struct TLSRecordScannerTests {
    private static func scan(_ scanner: inout TLSRecordScanner, _ bytes: [UInt8]) -> TLSRecordScanner.Verdict {
        bytes.withUnsafeBytes { scanner.scan($0) }
    }

    @Test func recordsAreFoundHoweverTheyAreCut() {
        let records: [UInt8] = [22, 3, 1, 0, 3, 7, 7, 7, 20, 3, 3, 0, 1, 1, 23, 3, 3, 0, 0]
        for cut in 0...records.count {
            var scanner = TLSRecordScanner()
            let first = Self.scan(&scanner, Array(records[..<cut]))
            let second = Self.scan(&scanner, Array(records[cut...]))
            #expect(first == (cut >= 8 ? .complete : .partial))
            #expect(second == (cut < records.count ? .complete : .partial))
        }
    }

    @Test(arguments: [[25], [19], [71, 69, 84], [22, 2], [22, 3, 1, 0x48, 1], [22, 3, 1, 0, 1, 0, 0]])
    func otherBytesAreInvalid(bytes: [UInt8]) {
        var scanner = TLSRecordScanner()
        #expect(Self.scan(&scanner, bytes) == .invalid)
    }
}
