/// Which frames of some sentences become sound together, one part after another.
///
/// The first part is short, because somebody waits for it. Each part is made with the frames around it, which is work
/// for nothing, so the later ones are longer: while one plays, there is more than time enough for the next.
package struct PiperParts: Equatable, Sendable {
    package struct Part: Equatable, Sendable {
        /// Which sentence.
        package var sentence: Int
        /// Frames of the sentence.
        package var frames: Range<Int>

        package init(sentence: Int, frames: Range<Int>) {
            self.sentence = sentence
            self.frames = frames
        }
    }

    /// Frames of the first parts; the last number holds for all that follow.
    package static let lengths = [24, 48, 96]

    /// The part whose turn it is; nil at the end.
    package private(set) var next: Part?
    private let sentences: [Int]
    private let context: Int
    private var number = 0

    /// - Parameters:
    ///   - sentences: frames of each; without frames it has no part.
    ///   - context: frames around a part that become sound with it. An end that is no longer costs nothing more and is
    ///     taken along.
    package init(sentences: [Int], context: Int) {
        self.sentences = sentences
        self.context = context
        next = part(of: 0, from: 0)
    }

    /// Goes on to the part after `next`.
    package mutating func advance() {
        guard let done = next else { return }
        number += 1
        next = part(of: done.sentence, from: done.frames.upperBound)
    }

    private func part(of sentence: Int, from frame: Int) -> Part? {
        var sentence = sentence
        var frame = frame
        while sentences.indices.contains(sentence), frame >= sentences[sentence] {
            sentence += 1
            frame = 0
        }
        guard sentences.indices.contains(sentence) else { return nil }
        let rest = sentences[sentence] - frame
        let length = Self.lengths[min(number, Self.lengths.count - 1)]
        return Part(sentence: sentence, frames: frame..<frame + (rest <= length + context ? rest : length))
    }
}
