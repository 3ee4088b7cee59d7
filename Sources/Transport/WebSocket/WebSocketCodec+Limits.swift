extension WebSocketCodec {
    /// What a peer may send.
    package struct Limits: Sendable {
        /// A longer message is a violation (1009).
        package var messageBytes: Int
        /// More frames in one message are a violation (1008): each costs as much as a short message.
        package var fragments = 16_384
        /// When so many bytes of messages wait to be taken, no more input is used.
        package var receiveBuffer: Int

        package init(messageBytes: Int, fragments: Int = 16_384, receiveBuffer: Int) {
            self.messageBytes = messageBytes
            self.fragments = fragments
            self.receiveBuffer = receiveBuffer
        }
    }
}
