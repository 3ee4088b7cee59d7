/// Cuts bytes into pieces as a network might. Where it cuts follows from the bytes alone, so that a finding repeats and
/// the corpus can be plain protocol text.
struct Pieces: Sequence {
    /// One way to cut.
    enum Cut: CaseIterable {
        case nowhere, everywhere, somewhere
    }

    let bytes: [UInt8]
    let cut: Cut

    func makeIterator() -> AnyIterator<[UInt8]> {
        var at = 0
        var random = Random(seed: bytes)
        return AnyIterator {
            guard at < bytes.count else { return nil }
            let length =
                switch cut {
                case .nowhere: bytes.count
                case .everywhere: 1
                case .somewhere: 1 + Int(random.next() % 37)
                }
            let end = Swift.min(bytes.count, at + length)
            defer { at = end }
            return Array(bytes[at..<end])
        }
    }
}

/// Numbers that follow from bytes (splitmix64 of their FNV-1a hash).
struct Random {
    private var state: UInt64

    init(seed: [UInt8]) {
        state = seed.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
