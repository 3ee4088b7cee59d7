import CSndfile
import Glibc

/// A WAV file whose head was never completed: its data is said to have no bytes, and so is the file, but bytes follow.
/// Programs that write to a pipe leave such files.
struct UnfinishedWAV {
    /// Where its samples begin.
    let offset: Int
    /// How libsndfile reads them from there, as a file without a head.
    let info: SF_INFO
    /// Frames that fill the rest of the file.
    let frames: Int

    /// Chunks before the samples are looked for so far, bytes.
    private static let searched = 1 << 16

    /// - Parameters:
    ///   - descriptor: of a regular file; its place stays.
    ///   - length: of the file, bytes.
    /// - Returns: nil for any other file.
    init?(descriptor: Int32, length: Int) {
        var head = [UInt8](repeating: 0, count: Self.searched)
        let count = pread(descriptor, &head, head.count, 0)
        guard count >= 44 else { return nil }
        head.removeLast(head.count - count)
        guard head[0..<4].elementsEqual("RIFF".utf8), head[8..<12].elementsEqual("WAVE".utf8) else { return nil }
        let promised = Self.number(head, 4, 4)
        var place = 12
        var format: [UInt8] = []
        while place + 8 <= head.count {
            let size = Self.number(head, place + 4, 4)
            let body = place + 8
            if head[place..<place + 4].elementsEqual("data".utf8) {
                // A file that knows its length, and that what follows is something else, has no samples.
                guard size == 0, length > body, promised + 8 <= body || promised == 0xFFFF_FFFF,
                    let info = Self.info(format), case let block = Self.number(format, 12, 2), block > 0
                else { return nil }
                offset = body
                self.info = info
                frames = (length - body) / block
                return
            }
            if head[place..<place + 4].elementsEqual("fmt ".utf8) {
                format = Array(head[body..<min(head.count, body + min(size, 40))])
            }
            place = body + size + size % 2
        }
        return nil
    }

    private static func info(_ format: [UInt8]) -> SF_INFO? {
        guard format.count >= 16 else { return nil }
        var tag = number(format, 0, 2)
        // In the extended form the tag begins a longer name.
        if tag == 0xFFFE, format.count >= 26 { tag = number(format, 24, 2) }
        let samples: Int
        switch (tag, number(format, 14, 2)) {
        case (1, 8): samples = SF_FORMAT_PCM_U8
        case (1, 16): samples = SF_FORMAT_PCM_16
        case (1, 24): samples = SF_FORMAT_PCM_24
        case (1, 32): samples = SF_FORMAT_PCM_32
        case (3, 32): samples = SF_FORMAT_FLOAT
        case (3, 64): samples = SF_FORMAT_DOUBLE
        case (6, 8): samples = SF_FORMAT_ALAW
        case (7, 8): samples = SF_FORMAT_ULAW
        default: return nil
        }
        var info = SF_INFO()
        info.format = Int32(SF_FORMAT_RAW | samples | SF_ENDIAN_LITTLE)
        info.channels = Int32(number(format, 2, 2))
        info.samplerate = Int32(clamping: number(format, 4, 4))
        return info
    }

    private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int {
        (0..<count).reversed().reduce(0) { $0 << 8 | Int(bytes[start + $1]) }
    }
}
