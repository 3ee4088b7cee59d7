import Testing
import Transport

@Suite struct HTTPTargetTests {
    @Test(arguments: [
        ("/", "/"), ("/a/b", "/a/b"), ("/a%20b?x", "/a b"), ("/%C3%A4", "/ä"), ("*", "*"),
        ("http://host:80/p?q", "/p"), ("HTTPS://host", "/"), ("http://host?q=1", "/"), ("/a//b/", "/a//b/"),
        ("/..a/b..", "/..a/b.."), ("/a%2Fb", "/a/b"),
        // A combining accent may follow a slash; it does not hide it.
        ("/%CC%81a", "/\u{301}a"), ("http://host/%CC%81", "/\u{301}"),
    ])
    func pathIsDecoded(target: String, path: String) {
        #expect(HTTPTarget(target)?.path == path)
    }

    @Test(arguments: [
        "", "a", "/../etc", "/a/..", "/a/%2e%2e/b", "/%2e", "/a/./b", "/%", "/%4", "/%zz", "/%00", "/%FF", "ftp://x/",
        "//..", "/a%2f..%2fb",
        "/a/%2e%2e/%CC%81b", "/a/../\u{301}b", "/..%2f%CC%81", "/./\u{301}", "\u{301}/",
    ])
    func unsafeTargetIsRefused(target: String) {
        #expect(HTTPTarget(target) == nil)
    }

    @Test func queryIsDecoded() throws {
        let query = try #require(HTTPTarget("/?a=1&b=x+y%26z&c&=d&bad=%zz&a=2")).query
        #expect(query.map(\.name) == ["a", "b", "c", "", "bad", "a"])
        #expect(query.map(\.value) == ["1", "x y&z", "", "d", "%zz", "2"])
    }
}
