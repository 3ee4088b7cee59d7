import Transport
import VoicePipeline
import VoiceTesting

/// A whole response as a client sees it.
struct ReceivedResponse: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }
}

extension LoopbackPeer {
    /// Reads one response to a request that was not HEAD.
    func response() async throws -> ReceivedResponse {
        let reader = Guarded(ResponseReader())
        _ = try await read { bytes in reader.withLock { $0.take(bytes) } }
        return reader.withLock { $0.response }
    }
}

private struct ResponseReader: ~Copyable {
    private let parser = HTTPParser(.response)
    private var used = 0
    private(set) var response = ReceivedResponse(status: 0, headers: [:], body: [])

    /// - Parameter bytes: all that has come since the response began.
    /// - Returns: the length of the response when it is complete.
    mutating func take(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.withUnsafeBytes { buffer in
            while true {
                let (count, outcome) = parser.parse(UnsafeRawBufferPointer(rebasing: buffer[used...]))
                used += count
                response.body += parser.takeBody()
                switch outcome {
                case .more, .failed: return nil
                case .head:
                    response.status = parser.head.status
                    response.headers = parser.head.headers
                case .end: return used
                }
            }
        }
    }
}

extension LoopbackPeer {
    /// What the other side leaves unread, once that has stopped changing.
    func settledUnsent() async -> Int {
        var (last, still) = (0, 0)
        while still < 2000 {
            await Task.yield()
            let now = unsent
            (last, still) = (now, now == last ? still + 1 : 0)
        }
        return last
    }
}
