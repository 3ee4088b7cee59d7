/// Several texts in one value: each as its length in bytes, a colon, the bytes and a comma. Any bytes fit in.
enum RedisRecord {
    static func encode(_ fields: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for field in fields {
            bytes += Array("\(field.utf8.count):".utf8)
            bytes += Array(field.utf8)
            bytes.append(UInt8(ascii: ","))
        }
        return bytes
    }

    /// - Returns: nil if the bytes are no record.
    static func decode(_ bytes: [UInt8]) -> [String]? {
        var fields: [String] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let colon = rest.prefix(8).firstIndex(of: UInt8(ascii: ":")),
                let count = Int(String(decoding: rest[..<colon], as: UTF8.self)), count >= 0
            else { return nil }
            let field = rest[(colon + 1)...].prefix(count)
            guard field.count == count, field.endIndex < rest.endIndex, rest[field.endIndex] == UInt8(ascii: ",") else {
                return nil
            }
            fields.append(String(decoding: field, as: UTF8.self))
            rest = rest[(field.endIndex + 1)...]
        }
        return fields
    }
}
