/// What the header of a part of a form says of it.
package struct MultipartHead: Equatable, Sendable {
    /// Name of the field.
    package var name: String
    /// As the sender calls the file; nil for what is no file. It is for people only: no file is ever opened by it.
    package var fileName: String?
    /// Of the content; nil where it does not say.
    package var contentType: String?

    package init(name: String, fileName: String? = nil, contentType: String? = nil) {
        self.name = name
        self.fileName = fileName
        self.contentType = contentType
    }

    /// Header fields of one part.
    private static let maximumFields = 32

    /// Reads a header.
    /// - Parameter bytes: its lines, without the empty line behind them.
    /// - Throws: `.malformed` with what is wrong.
    package init(_ bytes: [UInt8]) throws(MultipartError) {
        var disposition: HeaderValue?
        var contentType: String?
        var fields = 0
        var rest = bytes[...]
        while !rest.isEmpty {
            let line = Self.takeLine(&rest)
            fields += 1
            guard fields <= Self.maximumFields else { throw .malformed("a part has more than 32 header fields") }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
                line[..<colon].allSatisfy({ (0x21..<0x7F).contains($0) })
            else { throw .malformed("a part has a header line that is no field") }
            let value = String(decoding: line[(colon + 1)...], as: UTF8.self)
            switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
            case "content-disposition":
                guard disposition == nil else { throw .malformed("a part has two Content-Disposition fields") }
                disposition = HeaderValue(value)
                guard disposition != nil else { throw .malformed("the Content-Disposition of a part cannot be read") }
            case "content-type": contentType = HeaderValue.trimmed(value)
            case "content-transfer-encoding":
                guard ["binary", "8bit", "7bit"].contains(HeaderValue.trimmed(value).lowercased()) else {
                    throw .malformed("a part has a Content-Transfer-Encoding; send files as they are")
                }
            default: break
            }
        }
        guard let disposition, disposition.value == "form-data", let name = disposition.parameters["name"] else {
            throw .malformed("a part has no name; it needs Content-Disposition: form-data; name=\"…\"")
        }
        self.name = Self.unescaped(name)
        fileName = disposition.extended("filename") ?? disposition.parameters["filename"].map(Self.unescaped)
        self.contentType = contentType
    }

    private static func takeLine(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var index = rest.startIndex
        while index < rest.endIndex {
            if rest[index] == 13, index + 1 < rest.endIndex, rest[index + 1] == 10 {
                defer { rest = rest[(index + 2)...] }
                return rest[..<index]
            }
            index += 1
        }
        defer { rest = [] }
        return rest
    }

    /// Browsers write a quotation mark and line ends of a name as `%22`, `%0D` and `%0A`, and nothing else so.
    private static func unescaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let code = byte == UInt8(ascii: "%") ? String(decoding: rest.prefix(2), as: UTF8.self).uppercased() : ""
            switch code {
            case "22": bytes.append(0x22)
            case "0D": bytes.append(0x0D)
            case "0A": bytes.append(0x0A)
            default:
                bytes.append(byte)
                continue
            }
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
