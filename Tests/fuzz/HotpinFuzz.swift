import CLibFuzzer
import Glibc

/// `hotpin-fuzz NAME [libFuzzer's options] [FOLDER OR FILE …]`: one program with every fuzzer in it, so that the modules
/// under test are instrumented and linked once.
@main enum HotpinFuzz {
    /// A decoder and the claims about it. libFuzzer wants a C function, so none of them captures anything.
    private typealias Test = @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32

    private static let fuzzers: [(name: String, test: Test)] = [
        ("http", { run(HTTPClaims.check, $0, $1) }),
        ("connection", { run(ConnectionClaims.check, $0, $1) }),
        ("websocket", { run(WebSocketClaims.check, $0, $1) }),
        ("hotpin", { run(HotpinClaims.check, $0, $1) }),
        ("json", { run(JSONClaims.check, $0, $1) }),
        ("sse", { run(EventStreamClaims.check, $0, $1) }),
        ("lines", { run(LineClaims.check, $0, $1) }),
        ("speech", { run(SpeechClaims.check, $0, $1) }),
        ("opus", { run(OpusClaims.check, $0, $1) }),
        ("multipart", { run(MultipartClaims.check, $0, $1) }),
        ("stream", { run(StreamClaims.check, $0, $1) }),
        ("recording", { run(RecordingClaims.check, $0, $1) }),
        ("words", { run(WordsClaims.check, $0, $1) }),
    ]

    static func main() {
        signal(SIGPIPE, SIG_IGN)
        guard CommandLine.arguments.count > 1,
            let fuzzer = fuzzers.first(where: { $0.name == CommandLine.arguments[1] })
        else {
            for fuzzer in fuzzers { print(fuzzer.name) }
            exit(CommandLine.arguments.count > 1 ? 2 : 0)
        }
        // libFuzzer reads its options from what follows the name.
        var arguments: [UnsafeMutablePointer<CChar>?] =
            ([CommandLine.arguments[0]] + CommandLine.arguments.dropFirst(2)).map { strdup($0) } + [nil]
        var count = Int32(arguments.count - 1)
        let code = arguments.withUnsafeMutableBufferPointer { buffer in
            var base = buffer.baseAddress
            return withUnsafeMutablePointer(to: &base) { pointer in
                pointer.withMemoryRebound(to: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?.self, capacity: 1) {
                    LLVMFuzzerRunDriver(&count, $0, fuzzer.test)
                }
            }
        }
        exit(code)
    }

    private static func run(_ check: ([UInt8]) -> Void, _ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
        check(Array(UnsafeBufferPointer(start: data, count: count)))
        return 0
    }
}

/// What libFuzzer's own main would call; it is linked, but this program's main is the one that runs.
@_cdecl("LLVMFuzzerTestOneInput") func unusedTest(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 { 0 }
