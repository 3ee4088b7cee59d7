import Testing
import VoiceServer
import VoiceTesting

@Suite struct MultipartReaderTests {
    private let type = "multipart/form-data; boundary=cut"

    /// Everything that comes of a form, in one piece or byte by byte; content in one piece each.
    private func read(
        _ text: String, by size: Int = .max, maximumParts: Int = 64, type: String? = nil
    ) throws(MultipartError) -> [MultipartReader.Event] {
        try read(Array(text.utf8), by: size, maximumParts: maximumParts, type: type)
    }

    private func read(
        _ bytes: [UInt8], by size: Int, maximumParts: Int = 64, type: String? = nil
    ) throws(MultipartError) -> [MultipartReader.Event] {
        var reader = try MultipartReader(contentType: type ?? self.type, maximumParts: maximumParts)
        var events: [MultipartReader.Event] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(size)
            rest = rest.dropFirst(piece.count)
            reader.add(Array(piece))
            while let event = try reader.next() {
                if case .content(let more) = event, case .content(let before)? = events.last {
                    events[events.count - 1] = .content(before + more)
                } else {
                    events.append(event)
                }
            }
        }
        try reader.finish()
        return events
    }

    private let form =
        "--cut\r\nContent-Disposition: form-data; name=\"language\"\r\n\r\nen\r\n"
        + "--cut\r\nContent-Disposition: form-data; name=\"audio_file\"; filename=\"x.wav\"\r\n"
        + "Content-Type: audio/wav\r\n\r\nRIFF\r\n--cu\r\n-\r\n\r\n--cut--\r\nafter"

    private var expected: [MultipartReader.Event] {
        [
            .begin(MultipartHead(name: "language")), .content(Array("en".utf8)), .end,
            .begin(MultipartHead(name: "audio_file", fileName: "x.wav", contentType: "audio/wav")),
            .content(Array("RIFF\r\n--cu\r\n-\r\n".utf8)), .end,
        ]
    }

    @Test(arguments: [1, 2, 3, 5, 7, 11, 64, 1000])
    func readsAFormHoweverItIsCut(size: Int) throws {
        #expect(try read(form, by: size) == expected)
    }

    @Test(arguments: [1, 2, 4, 9, 1000])
    func readsWhatIsEmpty(size: Int) throws {
        let form = "preamble\r\n--cut \t\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--cut--"
        #expect(try read(form, by: size) == [.begin(MultipartHead(name: "a")), .end])
        #expect(try read("--cut--", by: size).isEmpty)
        // The line end that closes the header is also that of the boundary.
        let glued = "--cut\r\nContent-Disposition: form-data; name=a\r\n\r\n--cut--"
        #expect(try read(glued, by: size) == [.begin(MultipartHead(name: "a")), .end])
    }

    @Test func keepsBytesOfEveryKind() throws {
        let content = (0..<1000).map { UInt8(truncatingIfNeeded: $0) } + [13, 10, 45, 45, 99, 117]
        let head = Array("--cut\r\nContent-Disposition: form-data; name=f; filename=\"\"\r\n\r\n".utf8)
        let bytes = head + content + Array("\r\n--cut--\r\n".utf8)
        for size in [1, 13, 100, 2000] {
            let events = try read(bytes, by: size)
            #expect(events == [.begin(MultipartHead(name: "f", fileName: "")), .content(content), .end])
        }
    }

    @Test(arguments: [
        ("", MultipartError.cutOff), ("--cut\r\n", .cutOff),
        ("--cut\r\nContent-Disposition: form-data; name=a\r\n\r\nabc", .cutOff),
        ("--cut\r\nContent-Disposition: form-data; name=a\r\n\r\nabc\r\n--cut", .cutOff),
        ("--cutter\r\n", .malformed("a boundary does not end its line")),
        (
            "--cut\r\n\r\nabc\r\n--cut--",
            .malformed("a part has no name; it needs Content-Disposition: form-data; name=\"…\"")
        ),
        ("--cut\r\nno field\r\n\r\nabc\r\n--cut--", .malformed("a part has a header line that is no field")),
        (
            "--cut\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n\r\n--cut--",
            .malformed("a part has a Content-Transfer-Encoding; send files as they are")
        ),
    ])
    func refusesWhatIsNoForm(text: String, error: MultipartError) {
        for size in [1, 1000] {
            #expect(thrown(MultipartError.self) { try read(text, by: size) } == error)
        }
    }

    /// Whoever reads the events may refuse them: which refusal comes first must not depend on how the bytes came.
    @Test(arguments: [1, 7, 1000])
    func tellsWhatStandsBeforeAFault(size: Int) throws {
        let part = "--cut\r\nContent-Disposition: form-data; name=a\r\n\r\nxyz\r\n"
        var reader = try MultipartReader(contentType: type)
        var rest = Array((part + "--cutter\r\n").utf8)[...]
        var ends = 0
        let error = thrown(MultipartError.self) {
            while !rest.isEmpty {
                reader.add(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
                while let event = try reader.next() { ends += event == .end ? 1 : 0 }
            }
        }
        #expect(ends == 1)
        #expect(error == .malformed("a boundary does not end its line"))
    }

    @Test func hasBounds() {
        let part = "--cut\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n"
        let three = part + part + part + "--cut--"
        #expect(throws: Never.self) { try read(three, maximumParts: 3) }
        #expect(thrown(MultipartError.self) { try read(three, maximumParts: 2) } == .tooManyParts(limit: 2))
        let long = "--cut\r\nX: " + String(repeating: "x", count: MultipartReader.maximumHead + 8)
        for size in [1, 100, 100_000] {
            #expect(
                thrown(MultipartError.self) { try read(long, by: size) }
                    == .headTooLong(limit: MultipartReader.maximumHead))
            #expect(
                thrown(MultipartError.self) { try read(long + "\r\n\r\n", by: size) }
                    == .headTooLong(limit: MultipartReader.maximumHead))
        }
        let padded = "--cut" + String(repeating: " ", count: 300) + "\r\n"
        #expect(throws: MultipartError.self) { try read(padded, by: 1) }
    }

    @Test(
        arguments: [
            nil, "", "text/plain; boundary=cut", "multipart/form-data", "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"", "multipart/mixed; boundary=cut",
        ] as [String?])
    func wantsABoundary(type: String?) {
        #expect(thrown(MultipartError.self) { try MultipartReader(contentType: type) } == .notAForm)
    }

    @Test func readsABoundaryInQuotationMarks() throws {
        let type = "Multipart/Form-Data; charset=utf-8; Boundary=\"a b:c\""
        let form = "--a b:c\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--a b:c--"
        #expect(try read(form, type: type) == [.begin(MultipartHead(name: "a")), .content([49]), .end])
    }

    @Test(arguments: [
        (#"form-data; name="a"; filename="b c.wav""#, "a", "b c.wav"),
        (#"form-data; name=a; filename=b.wav"#, "a", "b.wav"),
        (#"form-data; name="a"; filename="grüße.wav""#, "a", "grüße.wav"),
        (#"form-data; name="a"; filename="x.wav"; filename*=UTF-8''gr%C3%BC%C3%9Fe.wav"#, "a", "grüße.wav"),
        (#"form-data; name="a"; filename="x.wav"; filename*=iso-8859-1''gr%FC.wav"#, "a", "x.wav"),
        (#"form-data; name="a"; filename="say %22hi%22 50%.wav""#, "a", #"say "hi" 50%.wav"#),
        (#"form-data; name="a"; filename="say \"hi\".wav""#, "a", #"say "hi".wav"#),
        (#"form-data; name="a"; filename="C:\music\b.wav""#, "a", #"C:\music\b.wav"#),
        (#"FORM-DATA; NAME="a;b"; FileName="c;d.wav";"#, "a;b", "c;d.wav"),
    ])
    func readsNames(disposition: String, name: String, fileName: String) throws {
        let head = try MultipartHead(Array("content-disposition:\(disposition)".utf8))
        #expect(head == MultipartHead(name: name, fileName: fileName))
    }

    @Test(arguments: [
        "attachment; name=a", "form-data", "form-data; filename=a", #"form-data; name="a"#, #"form-data; name="a"b"#,
        "", "form-data; name",
    ])
    func wantsAName(disposition: String) {
        #expect(throws: MultipartError.self) { try MultipartHead(Array("Content-Disposition: \(disposition)".utf8)) }
    }

    @Test func hasNoRoomForEndlessHeaders() {
        let fields = String(repeating: "X: y\r\n", count: 33) + "Content-Disposition: form-data; name=a"
        #expect(throws: MultipartError.self) { try MultipartHead(Array(fields.utf8)) }
    }
}

@Suite struct UploadFormTests {
    @Test func tellsFieldsFromTheFile() throws {
        var form = UploadForm(fileField: "file")
        var file: [UInt8] = []
        let events: [MultipartReader.Event] = [
            .begin(MultipartHead(name: "a")), .content([49]), .content([50]), .end,
            .begin(MultipartHead(name: "file", fileName: "x")), .content([1]), .content([2, 3]), .end,
            .begin(MultipartHead(name: "other", fileName: "y")), .content([9]), .end,
            .begin(MultipartHead(name: "a")), .end,
        ]
        for event in events { file += try form.take(event) ?? [] }
        #expect(file == [1, 2, 3])
        #expect(form.file?.fileName == "x")
        #expect(form.fields.map(\.name) == ["a", "a"])
        #expect(form.fields.map(\.value) == ["12", ""])
    }

    @Test func takesOneFileOnly() throws {
        var form = UploadForm(fileField: "file")
        _ = try form.take(.begin(MultipartHead(name: "file", fileName: "x")))
        _ = try form.take(.end)
        let error = thrown(MultipartError.self) {
            try form.take(.begin(MultipartHead(name: "file", fileName: "y")))
        }
        #expect(error == .secondFile(name: "file"))
    }

    @Test func boundsFields() throws {
        var form = UploadForm(fileField: "file")
        _ = try form.take(.begin(MultipartHead(name: "a")))
        _ = try form.take(.content([UInt8](repeating: 65, count: UploadForm.maximumField)))
        #expect(throws: MultipartError.self) { try form.take(.content([65])) }
    }
}
