import CLLHTTP

/// Takes HTTP/1 messages apart, with llhttp. Stops after each head and after each message.
package final class HTTPParser {
    package enum Kind {
        case request, response
    }

    package enum Outcome: Equatable {
        /// All bytes are used up.
        case more
        /// `head` is complete; the body begins with the next byte.
        case head
        /// The message is complete; the next one begins with the next byte.
        case end
        case failed(String)
    }

    /// The last message's head, complete after `.head`.
    package private(set) var head = HTTPMessageHead()

    /// Bytes of chunk headers, extensions and trailers since the last byte of the body.
    package private(set) var overhead = 0

    /// Whether the last outcome was `.failed` because of too many header fields.
    package private(set) var hasTooManyFields = false

    private let parser: UnsafeMutablePointer<llhttp_t>
    private var body: [UInt8] = []
    private var bodyEnd: UnsafePointer<CChar>?
    private var target: [UInt8] = []
    private var name: [UInt8] = []
    private var value: [UInt8] = []
    private var stop = Outcome.more
    private var isInTrailers = false
    private let maxFields: Int

    /// - Parameter maxFields: more header fields are a failure.
    package init(_ kind: Kind, maxFields: Int = 128) {
        self.maxFields = maxFields
        parser = .allocate(capacity: 1)
        llhttp_init(parser, kind == .request ? HTTP_REQUEST : HTTP_RESPONSE, HTTPParser.settings.pointer)
        // Which encodings are understood is judged in `HTTPMessageHead`, with a status of its own.
        llhttp_set_lenient_transfer_encoding(parser, 1)
        parser.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit {
        parser.deallocate()
    }

    /// Goes on until the bytes are used up or something is complete.
    /// - Returns: how many bytes were used, and what came of them.
    package func parse(_ bytes: UnsafeRawBufferPointer) -> (used: Int, outcome: Outcome) {
        stop = .more
        bodyEnd = nil
        // Even without bytes the parser may have something to say: the end of a message without body.
        var nothing: CChar = 0
        let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        let (code, used) = withUnsafePointer(to: &nothing) { empty in
            let start = base ?? empty
            let code = llhttp_execute(parser, start, bytes.count)
            guard code != HPE_OK, let position = llhttp_get_error_pos(parser) else { return (code, bytes.count) }
            return (code, min(max(0, position - start), bytes.count))
        }
        if let base, let bodyEnd { overhead = max(0, used - (bodyEnd - UnsafePointer(base))) } else { overhead += used }
        switch code {
        case HPE_OK:
            return (used, .more)
        case HPE_PAUSED:
            llhttp_resume(parser)
            if stop == .head { overhead = 0 }
            return (used, stop)
        default:
            let reason = llhttp_get_error_reason(parser).map { String(cString: $0) } ?? ""
            return (used, .failed(reason.isEmpty ? "the message is malformed" : reason))
        }
    }

    /// The bytes of the body since the last call.
    package func takeBody() -> [UInt8] {
        let taken = body
        body = []
        return taken
    }

    // MARK: What the parser calls

    private static let settings = Settings()

    /// llhttp's table of functions, which must stay where it is.
    private struct Settings: @unchecked Sendable {
        let pointer = UnsafeMutablePointer<llhttp_settings_t>.allocate(capacity: 1)

        init() {
            llhttp_settings_init(pointer)
            pointer.pointee.on_message_begin = { HTTPParser.of($0)?.begin() ?? -1 }
            pointer.pointee.on_url = { parser, at, count in HTTPParser.of(parser)?.add(at, count, to: \.target) ?? -1 }
            pointer.pointee.on_header_field = { parser, at, count in
                HTTPParser.of(parser)?.add(at, count, to: \.name) ?? -1
            }
            pointer.pointee.on_header_value = { parser, at, count in
                HTTPParser.of(parser)?.add(at, count, to: \.value) ?? -1
            }
            pointer.pointee.on_header_value_complete = { HTTPParser.of($0)?.endField() ?? -1 }
            pointer.pointee.on_headers_complete = { HTTPParser.of($0)?.endHead() ?? -1 }
            pointer.pointee.on_body = { parser, at, count in HTTPParser.of(parser)?.addBody(at, count) ?? -1 }
            pointer.pointee.on_message_complete = { HTTPParser.of($0)?.endMessage() ?? -1 }
        }
    }

    private static func of(_ parser: UnsafeMutablePointer<llhttp_t>?) -> HTTPParser? {
        parser?.pointee.data.map { Unmanaged<HTTPParser>.fromOpaque($0).takeUnretainedValue() }
    }

    private func begin() -> Int32 {
        head = HTTPMessageHead()
        target.removeAll(keepingCapacity: true)
        name.removeAll(keepingCapacity: true)
        value.removeAll(keepingCapacity: true)
        isInTrailers = false
        return 0
    }

    private func add(
        _ at: UnsafePointer<CChar>?, _ count: Int, to field: ReferenceWritableKeyPath<HTTPParser, [UInt8]>
    ) -> Int32 {
        self[keyPath: field].append(contentsOf: UnsafeRawBufferPointer(start: at, count: count))
        return 0
    }

    private func addBody(_ at: UnsafePointer<CChar>?, _ count: Int) -> Int32 {
        bodyEnd = at.map { $0 + count }
        return add(at, count, to: \.body)
    }

    private func endField() -> Int32 {
        defer {
            name.removeAll(keepingCapacity: true)
            value.removeAll(keepingCapacity: true)
        }
        guard !name.isEmpty, name.allSatisfy(ASCII.isToken) else {
            llhttp_set_error_reason(parser, "a header field has an impossible name")
            return Int32(HPE_USER.rawValue)
        }
        // Trailers are read over: nothing here depends on them.
        guard !isInTrailers else { return 0 }
        guard head.headers.count < maxFields else {
            hasTooManyFields = true
            llhttp_set_error_reason(parser, "too many header fields")
            return Int32(HPE_USER.rawValue)
        }
        head.headers.append(
            String(decoding: name, as: UTF8.self), String(decoding: ASCII.trim(value), as: UTF8.self))
        return 0
    }

    private func endHead() -> Int32 {
        head.target = String(decoding: target, as: UTF8.self)
        head.status = Int(parser.pointee.status_code)
        head.major = parser.pointee.http_major
        head.minor = parser.pointee.http_minor
        head.keepsAlive = llhttp_should_keep_alive(parser) == 1
        if parser.pointee.type == UInt8(HTTP_REQUEST.rawValue) {
            let method = llhttp_method_t(rawValue: UInt32(parser.pointee.method))
            head.method = llhttp_method_name(method).map { String(cString: $0) } ?? ""
            // Whoever switches protocols stops parsing by itself; all else goes on as HTTP/1.1 (h2c offers too).
            parser.pointee.upgrade = 0
        }
        isInTrailers = true
        stop = .head
        return Int32(HPE_PAUSED.rawValue)
    }

    private func endMessage() -> Int32 {
        stop = .end
        return Int32(HPE_PAUSED.rawValue)
    }
}
