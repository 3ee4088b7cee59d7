import CHiredis

/// What Redis answered.
enum RedisValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case bytes([UInt8])
    case array([RedisValue])

    /// Copies a reply; what is not understood is `null`.
    /// - Parameter depth: levels of arrays that are followed.
    init(_ reply: UnsafePointer<redisReply>, depth: Int = 4) {
        switch reply.pointee.type {
        case REDIS_REPLY_INTEGER: self = .integer(reply.pointee.integer)
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS, REDIS_REPLY_ERROR: self = .bytes(Self.text(of: reply))
        case REDIS_REPLY_ARRAY where depth > 0:
            let elements = UnsafeBufferPointer(start: reply.pointee.element, count: reply.pointee.elements)
            self = .array(elements.map { $0.map { RedisValue($0, depth: depth - 1) } ?? .null })
        default: self = .null
        }
    }

    private static func text(of reply: UnsafePointer<redisReply>) -> [UInt8] {
        guard let start = reply.pointee.str else { return [] }
        return start.withMemoryRebound(to: UInt8.self, capacity: reply.pointee.len) {
            Array(UnsafeBufferPointer(start: $0, count: reply.pointee.len))
        }
    }

    /// 0 for anything but a number.
    var count: Int {
        if case .integer(let value) = self { return Int(clamping: value) }
        return 0
    }

    /// Empty for anything but an array.
    var elements: [RedisValue] {
        if case .array(let values) = self { return values }
        return []
    }

    /// nil for anything but a text.
    var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { return bytes }
        return nil
    }
}
