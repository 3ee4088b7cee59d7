/// What a form holds of use: the fields, and where its one file begins and ends.
///
/// A value that decides; the bytes of the file go to whoever called.
package struct UploadForm: Sendable {
    /// Bytes of a field that is no file.
    package static let maximumField = 64 * 1024

    /// Which field is the file.
    package let fileField: String
    /// The other fields in order; several may have one name.
    package private(set) var fields: [(name: String, value: String)] = []
    /// The head of the file's part, once it has begun.
    package private(set) var file: MultipartHead?
    private var part: Part?

    private enum Part {
        case field(name: String, content: [UInt8])
        case file
        /// A file that nobody asked for; it is read over.
        case other
    }

    package init(fileField: String) {
        self.fileField = fileField
    }

    /// - Returns: bytes of the file.
    package mutating func take(_ event: MultipartReader.Event) throws(MultipartError) -> [UInt8]? {
        switch event {
        case .begin(let head):
            if head.name == fileField {
                guard file == nil else { throw .secondFile(name: fileField) }
                file = head
                part = .file
            } else {
                part = head.fileName == nil ? .field(name: head.name, content: []) : .other
            }
            return nil
        case .content(let bytes):
            guard case .field(let name, var content)? = part else {
                if case .file? = part { return bytes }
                return nil
            }
            part = nil
            content += bytes
            guard content.count <= Self.maximumField else { throw .fieldTooLong(name: name, limit: Self.maximumField) }
            part = .field(name: name, content: content)
            return nil
        case .end:
            if case .field(let name, let content)? = part {
                fields.append((name: name, value: String(decoding: content, as: UTF8.self)))
            }
            part = nil
            return nil
        }
    }
}
