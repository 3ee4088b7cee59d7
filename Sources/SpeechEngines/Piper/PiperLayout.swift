import FoundationEssentials
import VoicePipeline

/// What `decoder.json` says about the decoder of a Piper voice: what is needed to make its sound part by part.
package struct PiperLayout: Equatable, Sendable {
    /// Samples of one frame.
    package var hop: Int
    /// Length of a frame's vector.
    package var channels: Int
    /// Frames to each side that the samples of a frame depend on.
    package var context: Int

    /// Reads the file's content.
    /// - Parameter path: named in messages.
    /// - Throws: `.unavailable` that says what is wrong.
    /// - Source: `Tools/split_piper`, which measures them.
    package init(json: [UInt8], path: String) throws(EngineError) {
        let file: File
        do {
            file = try JSONDecoder().decode(File.self, from: Data(json))
        } catch {
            throw .unavailable("\(path) does not describe a voice's decoder: run scripts/setup.sh")
        }
        let ranges = [
            ("hop", file.hop, 1...4_096), ("channels", file.channels, 1...4_096), ("context", file.context, 0...256),
        ]
        for (name, value, range) in ranges where !range.contains(value) {
            throw .unavailable("\(path) is damaged (its \(name) is \(value)): run scripts/setup.sh")
        }
        hop = file.hop
        channels = file.channels
        context = file.context
    }

    private struct File: Decodable {
        var hop: Int
        var channels: Int
        var context: Int
    }
}
