import VoiceBrain
import VoicePipeline
import VoiceProtocol

/// The scanner of flat objects, its writer, and the log's lines, beside another JSON reader.
enum JSONClaims {
    static func check(_ bytes: [UInt8]) {
        scan(bytes)
        write(bytes)
        log(bytes)
    }

    private static func scan(_ bytes: [UInt8]) {
        var strings: [(key: [UInt8], value: [UInt8])] = []
        var keys = 0
        let read = Result { () throws(JSONScanError) in
            try JSONScanner.object(bytes[...]) { key, value in
                keys += 1
                if case .string(let text) = value { strings.append((key, text)) }
            }
        }
        // A slice that does not begin at zero is the same text.
        let shifted = Result { () throws(JSONScanError) in
            try JSONScanner.object((([0x7B, 0x22] as [UInt8]) + bytes)[2...]) { _, _ in }
        }
        claim(outcome(read) == outcome(shifted), "a slice is read otherwise")
        // The other reader refuses numbers beyond Double and bytes that are not UTF-8; this one leaves both to others.
        guard case .success = read, String(validating: bytes, as: UTF8.self) != nil, !hasLongNumber(bytes) else {
            return
        }
        guard let other = JSONValue(json: bytes), case .object(let members) = other else {
            claim(false, "the other reader does not take it")
            return
        }
        guard members.count == keys else { return }
        for (key, value) in strings {
            let there = members[String(decoding: key, as: UTF8.self)]
            claim(
                there == .string(String(decoding: value, as: UTF8.self)),
                "the other reader sees \(String(describing: there))")
        }
    }

    private static func outcome(_ result: Result<Void, JSONScanError>) -> JSONScanError? {
        if case .failure(let error) = result { error } else { nil }
    }

    private static func hasLongNumber(_ bytes: [UInt8]) -> Bool {
        var run = 0
        var before: UInt8 = 0
        for byte in bytes {
            run = (48...57).contains(byte) ? run + 1 : 0
            if run > 200 { return true }
            if byte | 0x20 == UInt8(ascii: "e"), (48...57).contains(before) { return true }
            before = byte
        }
        return false
    }

    private static func write(_ bytes: [UInt8]) {
        var inner = JSONObjectWriter()
        inner.add("count", bytes.count)
        var object = JSONObjectWriter()
        object.add("fixed", "text")
        object.add("inner", inner)
        object.add("on", bytes.count % 2 == 0)
        object.add("text", bytes)
        object.add("cut", bytes, keeping: 300 + 6 * bytes.count)
        var text: [UInt8]?
        var cut: [UInt8]?
        do {
            try JSONScanner.object(object.finished()[...]) { key, value in
                guard case .string(let string) = value else { return }
                if key == Array("text".utf8) { text = string }
                if key == Array("cut".utf8) { cut = string }
            }
        } catch { claim(false, "what was written cannot be read: \(error)") }
        claim(text == bytes, "another text is read than was written")
        claim(cut.map { bytes.starts(with: $0) } == true, "another beginning is read than was written")
    }

    /// A record is one line, whatever is in it, and in JSON it can be read.
    private static func log(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let record = Log.Record(
            level: .info, message: text, fields: [("a", .text(text)), ("b", .double(.infinity)), ("c", .int(.min))])
        for format in LogLine.Format.allCases {
            let line = LogLine.render(record, time: Double(bytes.count), format: format)
            claim(
                !line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }, "a record has control characters"
            )
            guard format == .json else { continue }
            var message: [UInt8]?
            let read: ()? = try? JSONScanner.object(Array(line.utf8)[...]) { key, value in
                if key == Array("message".utf8), case .string(let string) = value { message = string }
            }
            claim(read != nil && message == Array(text.utf8), "the record's JSON says something else")
        }
    }
}
