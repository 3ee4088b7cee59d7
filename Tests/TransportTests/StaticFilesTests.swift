import Glibc
import Testing
import Transport
import VoiceTesting

/// Files over real sockets, from a real directory.
@Suite struct StaticFilesTests {
    private static func withFiles(
        _ fill: (TemporaryFolder) -> Void, _ body: @escaping @Sendable (Int) async throws -> Void
    )
        async throws
    {
        let folder = try TemporaryFolder()
        fill(folder)
        try await withLoopbackServer(
            handler: { request, responder in
                try await responder.serveFile(root: folder.path, path: request.path)
            }, body)
        withExtendedLifetime(folder) {}
    }

    private static func get(
        _ port: Int, _ path: String, method: String = "GET", _ headers: String = ""
    ) async throws -> ReceivedResponse {
        let peer = try await LoopbackPeer.connect(port: port)
        await peer.send("\(method) \(path) HTTP/1.1\r\nHost: h\r\n\(headers)\r\n")
        let response = try await peer.response()
        await peer.close()
        return response
    }

    @Test(arguments: [
        ("a.html", "text/html; charset=utf-8"), ("a.JS", "text/javascript; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"), ("a.svg", "image/svg+xml"), ("a.wav", "audio/wav"),
        ("a.wasm", "application/wasm"), ("a.unknown", "application/octet-stream"), ("a", "application/octet-stream"),
    ])
    func typeFollowsTheName(name: String, type: String) async throws {
        try await Self.withFiles({ $0.write(name, Array("content".utf8)) }) { port in
            let response = try await Self.get(port, "/" + name)
            #expect(response.status == 200)
            #expect(response.text == "content")
            #expect(response.headers.first("content-type") == type)
            #expect(response.headers.first("x-content-type-options") == "nosniff")
            #expect(response.headers.first("cache-control") == "no-cache")
        }
    }

    @Test func directoryStandsForItsIndex() async throws {
        try await Self.withFiles({ folder in
            folder.write("index.html", Array("root".utf8))
            folder.make("sub")
            folder.write("sub/index.html", Array("sub".utf8))
            folder.make("empty")
        }) { port in
            #expect(try await Self.get(port, "/").text == "root")
            let sub = try await Self.get(port, "/sub/")
            #expect(sub.text == "sub")
            #expect(sub.headers.first("content-type") == "text/html; charset=utf-8")
            #expect(try await Self.get(port, "/empty/").status == 404)
        }
    }

    @Test func largeFileArrivesWhole() async throws {
        let content = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 17) }
        try await Self.withFiles({ $0.write("big.bin", content) }) { port in
            let response = try await Self.get(port, "/big.bin")
            #expect(response.body == content)
            #expect(response.headers.first("content-length") == "1000003")
        }
    }

    @Test func emptyFileIsAnswered() async throws {
        try await Self.withFiles({ $0.write("empty.txt", []) }) { port in
            let response = try await Self.get(port, "/empty.txt")
            #expect(response.status == 200)
            #expect(response.headers.first("content-length") == "0")
        }
    }

    @Test func headHasTheHeadersOfGet() async throws {
        try await Self.withFiles({ $0.write("a.txt", Array("0123456789".utf8)) }) { port in
            let peer = try await LoopbackPeer.connect(port: port)
            await peer.send("HEAD /a.txt HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            let text = try await peer.readToEnd()
            #expect(text.contains("Content-Length: 10\r\n"))
            #expect(text.contains("ETag: \""))
            #expect(text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func knownVersionIsNotSentAgain() async throws {
        try await Self.withFiles({ $0.write("a.txt", Array("0123456789".utf8)) }) { port in
            let first = try await Self.get(port, "/a.txt")
            let tag = try #require(first.headers.first("etag"))
            for value in [tag, "\"other\", \(tag)", "W/\(tag)", "*"] {
                let peer = try await LoopbackPeer.connect(port: port)
                await peer.send(
                    "GET /a.txt HTTP/1.1\r\nHost: h\r\nIf-None-Match: \(value)\r\nConnection: close\r\n\r\n")
                let text = try await peer.readToEnd()
                #expect(text.hasPrefix("HTTP/1.1 304"))
                #expect(text.contains("ETag: \(tag)\r\n"))
                #expect(text.hasSuffix("\r\n\r\n"))
            }
            #expect(try await Self.get(port, "/a.txt", "If-None-Match: \"other\"\r\n").status == 200)
        }
    }

    @Test func changedFileHasAnotherTag() async throws {
        let folder = try TemporaryFolder()
        folder.write("a.txt", Array("one".utf8))
        try await withLoopbackServer(handler: { request, responder in
            try await responder.serveFile(root: folder.path, path: request.path)
        }) { port in
            let before = try await Self.get(port, "/a.txt").headers.first("etag")
            folder.write("a.txt", Array("other".utf8))
            let after = try await Self.get(port, "/a.txt").headers.first("etag")
            #expect(before != after)
        }
    }

    @Test func rangeIsAnswered() async throws {
        try await Self.withFiles({ $0.write("a.txt", Array("0123456789".utf8)) }) { port in
            let part = try await Self.get(port, "/a.txt", "Range: bytes=2-4\r\n")
            #expect(part.status == 206)
            #expect(part.text == "234")
            #expect(part.headers.first("content-range") == "bytes 2-4/10")
            #expect(try await Self.get(port, "/a.txt", "Range: bytes=-3\r\n").text == "789")
            let beyond = try await Self.get(port, "/a.txt", "Range: bytes=10-\r\n")
            #expect(beyond.status == 416)
            #expect(beyond.headers.first("content-range") == "bytes */10")
            #expect(try await Self.get(port, "/a.txt", "Range: bytes=0-1,3-4\r\n").status == 200)
            let tag = try #require(part.headers.first("etag"))
            #expect(try await Self.get(port, "/a.txt", "Range: bytes=2-4\r\nIf-Range: \(tag)\r\n").status == 206)
            #expect(try await Self.get(port, "/a.txt", "Range: bytes=2-4\r\nIf-Range: \"old\"\r\n").status == 200)
        }
    }

    @Test func nothingOutsideIsReached() async throws {
        let outside = try TemporaryFolder()
        outside.write("secret.txt", Array("secret".utf8))
        let other = outside.path
        try await Self.withFiles({ folder in
            folder.write("a.txt", Array("a".utf8))
            folder.make("sub")
            folder.link("link.txt", to: other + "/secret.txt")
            folder.link("inner.txt", to: "a.txt")
            folder.link("dir", to: other)
            folder.link("sub/index.html", to: other + "/secret.txt")
            mkfifo(folder.path + "/pipe", 0o600)
            // Between a slash and a combining accent there is still a step, also through a link.
            outside.write("\u{301}secret.txt", Array("secret".utf8))
        }) { port in
            for path in [
                "/link.txt", "/inner.txt", "/dir/secret.txt", "/dir", "/sub/", "/sub", "/pipe", "/dir/%CC%81secret.txt",
                "/none.txt", "/a.txt/",
                "/a.txt/x",
                "/%2Fetc/passwd", "/" + String(repeating: "a/", count: 100), "/" + String(repeating: "a", count: 300),
            ] {
                let response = try await Self.get(port, path)
                #expect(response.status == 404, "\(path)")
                #expect(!response.text.contains("secret\n"), "\(path)")
            }
            for path in ["/../a.txt", "/%2e%2e/a.txt", "/sub/../a.txt", "/..%2fa.txt", "/a.txt%00"] {
                #expect(try await Self.get(port, path).status == 400, "\(path)")
            }
            #expect(try await Self.get(port, "//a.txt").text == "a")
        }
        withExtendedLifetime(outside) {}
    }

    @Test func otherMethodIsNotAllowed() async throws {
        try await Self.withFiles({ $0.write("a.txt", []) }) { port in
            let response = try await Self.get(port, "/a.txt", method: "DELETE")
            #expect(response.status == 405)
            #expect(response.headers.first("allow") == "GET, HEAD")
        }
    }

    @Test func missingRootIsNotFound() async throws {
        try await withLoopbackServer(handler: { request, responder in
            try await responder.serveFile(root: "/nonexistent", path: request.path)
        }) { port in
            let response = try await Self.get(port, "/")
            #expect(response.status == 404)
        }
    }
}
