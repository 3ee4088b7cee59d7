import VoiceTesting

extension LoopbackPeer {
    /// Reads one frame of the server.
    func frame() async throws -> WebSocketFrame {
        let bytes = try await read { WebSocketFrame.parse($0)?.count }
        guard let (frame, _) = WebSocketFrame.parse(bytes[...]) else { throw Failure.ended("no frame") }
        return frame
    }
}
