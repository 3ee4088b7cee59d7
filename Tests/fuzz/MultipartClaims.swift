import VoiceServer

/// Forms with a file, as `/transcribe` takes them; the boundary is `cut`. Also the header values and base64 of requests.
enum MultipartClaims {
    /// What came of a form.
    private enum Seen: Equatable {
        case parts([Part])
        case refused(MultipartError)
    }

    private struct Part: Equatable {
        var head: MultipartHead
        var content: [UInt8] = []
        var isComplete = false
    }

    static func check(_ bytes: [UInt8]) {
        let whole = read(Pieces(bytes: bytes, cut: .nowhere))
        for cut in Pieces.Cut.allCases where cut != .nowhere {
            let other = read(Pieces(bytes: bytes, cut: cut))
            claim(other == whole, "cut \(cut), the form is \(other), and \(whole) in one piece")
        }
        if case .parts(let parts) = whole { repeats(parts) }
        values(bytes)
    }

    private static func read(_ pieces: Pieces) -> Seen {
        var parts: [Part] = []
        var form = UploadForm(fileField: "file")
        var file: [UInt8] = []
        do throws(MultipartError) {
            var reader = try MultipartReader(contentType: "multipart/form-data; boundary=cut", maximumParts: 4)
            for piece in pieces {
                reader.add(piece)
                while let event = try reader.next() {
                    switch event {
                    case .begin(let head):
                        claim(parts.last?.isComplete != false, "a part begins inside another")
                        parts.append(Part(head: head))
                    case .content(let more):
                        claim(!more.isEmpty && parts.last?.isComplete == false, "content of nothing")
                        parts[parts.count - 1].content += more
                    case .end:
                        claim(parts.last?.isComplete == false, "the end of nothing")
                        parts[parts.count - 1].isComplete = true
                    }
                    file += try form.take(event) ?? []
                }
            }
            try reader.finish()
        } catch {
            return .refused(error)
        }
        claim(parts.count <= 4 && parts.allSatisfy(\.isComplete), "\(parts.count) parts")
        claim(parts.reduce(0) { $0 + $1.content.count } <= pieces.bytes.count, "content grew")
        claim(file == parts.first { $0.head.name == "file" }?.content ?? [], "the file is not its part")
        return .parts(parts)
    }

    /// Written down again, the parts are the same.
    private static func repeats(_ parts: [Part]) {
        let dash = Array("\r\n--cut".utf8)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            bytes += Array("--cut\r\nContent-Disposition: form-data; name=\"p\(index)\"\r\n\r\n".utf8) + part.content
            bytes += [13, 10]
            // A boundary inside content could not have come out of a form.
            claim(!contains(Array(([13, 10] + part.content)), dash), "a boundary is inside content")
        }
        bytes += Array("--cut--".utf8)
        guard case .parts(let again) = read(Pieces(bytes: bytes, cut: .nowhere)) else {
            claim(false, "the parts cannot be read again")
            return
        }
        claim(again.map(\.content) == parts.map(\.content), "the parts have changed")
    }

    private static func contains(_ bytes: [UInt8], _ needle: [UInt8]) -> Bool {
        guard bytes.count >= needle.count else { return false }
        return (0...bytes.count - needle.count).contains { bytes[$0...].starts(with: needle) }
    }

    private static func values(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        if let value = HeaderValue(text) {
            claim(!value.value.isEmpty && value.parameters.count <= 16, "\(value.parameters.count) parameters")
            _ = value.extended("filename")
        }
        if let decoded = Base64.decode(bytes) {
            claim(decoded.count <= bytes.count / 4 * 3 + 3, "\(decoded.count) bytes of \(bytes.count)")
        }
        if let options = try? SpeechOptions(json: bytes, voice: "joe") {
            claim(!options.input.isEmpty && (80...400).contains(options.wordsPerMinute(usual: 175)), "\(options)")
        }
    }
}
