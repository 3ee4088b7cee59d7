import Testing
import VoicePipeline

@Suite struct RedisAddressTests {
    @Test func readsEveryPart() {
        #expect(RedisAddress(url: "redis://localhost") == RedisAddress(.tcp(host: "localhost", port: 6379)))
        #expect(RedisAddress(url: "redis://10.0.0.1:6380/") == RedisAddress(.tcp(host: "10.0.0.1", port: 6380)))
        #expect(
            RedisAddress(url: "redis://anna:s%40cret%3A@[::1]:1/15")
                == RedisAddress(.tcp(host: "::1", port: 1), user: "anna", password: "s@cret:", database: 15))
        #expect(RedisAddress(url: "redis://only@h")?.password == "only")
        #expect(RedisAddress(url: "redis://:only@h") == RedisAddress(.tcp(host: "h", port: 6379), password: "only"))
        #expect(RedisAddress(url: "redis://u:a@b@h")?.password == "a@b")
        #expect(
            RedisAddress(url: "unix:///run/redis%20one/redis.sock")
                == RedisAddress(.unix(path: "/run/redis one/redis.sock")))
        #expect(RedisAddress(url: "unix://u:p@/run/redis.sock")?.user == "u")
    }

    @Test(arguments: [
        "", "redis", "redis://", "localhost:6379", "http://h", "rediss://h", "redis://h:0", "redis://h:65536",
        "redis://h:x", "redis://h:", "redis://h/one", "redis://h/-1", "redis://h/1/2", "redis://a:b:c", "redis://[::1",
        "redis://[]", "redis://::1", "redis://p%4@h", "redis://p%zz@h", "redis://p%00@h", "redis://%ff%fe@h",
        "redis://h\u{0}", "unix://", "unix:///", "unix://run/redis.sock", "redis://h?db=1", "redis://h#1",
    ])
    func refuses(_ url: String) {
        #expect(RedisAddress(url: url) == nil)
    }

    @Test func namesNoSecret() {
        #expect(RedisAddress(url: "redis://u:secret@h:1/2")?.name == "h:1")
        #expect(RedisAddress(url: "redis://u:secret@[::1]")?.name == "[::1]:6379")
    }
}
