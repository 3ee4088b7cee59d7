/// Lines that wait to be written: bounded; the oldest give way. A value.
package struct LogQueue: Sendable {
    /// Bytes at most.
    package let capacity: Int
    /// Bytes that wait.
    package private(set) var count = 0
    private var lines: [[UInt8]] = []
    /// Lines before this index are taken; they leave the array in batches.
    private var first = 0

    package init(capacity: Int) {
        self.capacity = max(1024, capacity)
    }

    /// Adds one line, with its end. One that would take more than a quarter of the room is cut.
    /// - Returns: how many older lines gave way.
    package mutating func append(_ line: [UInt8]) -> Int {
        let line = line.count <= capacity / 4 ? line : line.prefix(capacity / 4 - 1) + [0x0A]
        var dropped = 0
        while count + line.count > capacity, takeLine() != nil { dropped += 1 }
        lines.append(line)
        count += line.count
        return dropped
    }

    /// Takes whole lines out, oldest first: at least one if there is one, more up to `limit` bytes.
    package mutating func take(_ limit: Int) -> [UInt8] {
        guard var taken = takeLine() else { return [] }
        while first < lines.count, taken.count + lines[first].count <= limit, let line = takeLine() { taken += line }
        return taken
    }

    private mutating func takeLine() -> [UInt8]? {
        guard first < lines.count else { return nil }
        let line = lines[first]
        lines[first] = []
        first += 1
        count -= line.count
        if first == lines.count || first >= 1024 {
            lines.removeFirst(first)
            first = 0
        }
        return line
    }
}
