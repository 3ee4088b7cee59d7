/// Bytes that wait, taken from the front without moving the others.
struct ByteQueue {
    private var bytes: [UInt8] = []
    private var start = 0

    var isEmpty: Bool { start == bytes.count }
    var count: Int { bytes.count - start }

    init() {}

    mutating func append(_ more: some Collection<UInt8>) {
        // Once most of it is used, the rest moves to the front, which costs no more than the bytes that were used.
        if start > bytes.count / 2 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// Calls with all that wait; the closure says how many of them it has used.
    mutating func consume(_ body: (UnsafeRawBufferPointer) -> Int) {
        let used = bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start...])) }
        start += min(max(0, used), count)
        if start == bytes.count {
            bytes = []
            start = 0
        }
    }

    /// Takes all of them.
    mutating func takeAll() -> [UInt8] {
        defer { self = ByteQueue() }
        return Array(bytes[start...])
    }
}
