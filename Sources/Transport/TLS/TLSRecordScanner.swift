/// Follows the records of a handshake, so that OpenSSL is called only when it can do something.
///
/// A record is a type (20…24), a version (3, x), a length of two bytes and so many bytes (RFC 8446, 5.1).
package struct TLSRecordScanner {
    /// What a piece of the stream brought.
    package enum Verdict: Equatable {
        /// No record came to its end.
        case partial
        /// At least one record is complete.
        case complete
        /// These are not TLS records.
        case invalid
    }

    private var header: [UInt8] = []
    private var left = 0

    /// Longest encrypted record of TLS 1.2.
    private static let maxLength = 16_384 + 2048

    package init() {}

    package mutating func scan(_ bytes: UnsafeRawBufferPointer) -> Verdict {
        var verdict = Verdict.partial
        var position = 0
        while position < bytes.count {
            if header.count < 5 {
                header.append(bytes[position])
                position += 1
                guard isPlausible else { return .invalid }
                if header.count == 5 { left = Int(header[3]) << 8 | Int(header[4]) }
            } else {
                let step = min(left, bytes.count - position)
                left -= step
                position += step
            }
            if header.count == 5 && left == 0 {
                header = []
                verdict = .complete
            }
        }
        return verdict
    }

    /// Whether the header, as far as it has come, can be a record's.
    private var isPlausible: Bool {
        switch header.count {
        case 1: (20...24).contains(header[0])
        case 2: header[1] == 3
        case 5: Int(header[3]) << 8 | Int(header[4]) <= TLSRecordScanner.maxLength
        default: true
        }
    }
}
