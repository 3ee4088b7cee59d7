import FoundationEssentials
import VoicePipeline

/// What `layout.json` says about a Piper voice: what is needed to make its sound part by part.
package struct PiperLayout: Equatable, Sendable {
    /// Samples of one frame.
    package var hop: Int
    /// Length of a frame's vector.
    package var channels: Int
    /// Frames to each side that what the flow makes of a frame depends on.
    package var flowContext: Int
    /// Frames to each side that the samples of a frame depend on.
    package var decoderContext: Int

    /// Reads the file's content.
    /// - Parameter path: named in messages.
    /// - Throws: `.unavailable` that says what is wrong.
    /// - Source: `Tools/split_piper`, which measures them.
    package init(json: [UInt8], path: String) throws(EngineError) {
        let file: File
        do {
            file = try JSONDecoder().decode(File.self, from: Data(json))
        } catch {
            throw .unavailable("\(path) does not describe the networks of a voice: run scripts/setup.sh")
        }
        let ranges = [
            ("hop", file.hop, 1...4_096), ("channels", file.channels, 1...4_096),
            ("flow_context", file.flow_context, 0...256), ("decoder_context", file.decoder_context, 0...256),
        ]
        for (name, value, range) in ranges where !range.contains(value) {
            throw .unavailable("\(path) is damaged (its \(name) is \(value)): run scripts/setup.sh")
        }
        hop = file.hop
        channels = file.channels
        flowContext = file.flow_context
        decoderContext = file.decoder_context
    }

    /// Names are the file's own.
    private struct File: Decodable {
        var hop: Int
        var channels: Int
        var flow_context: Int
        var decoder_context: Int
    }
}
