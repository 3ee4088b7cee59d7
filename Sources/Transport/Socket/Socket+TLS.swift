import Glibc

/// TLS between the owner's bytes and the wire's.
///
/// Handshakes run on worker threads, because their arithmetic takes a millisecond; meanwhile nothing is read, so TCP
/// holds the peer back. What the owner writes waits as plain text and is encrypted as the kernel takes it.
extension Socket {
    /// Whether the bytes on the wire are encrypted.
    package var isEncrypted: Bool { tls != nil }

    /// Encrypted in one go: three records, which fit into a buffer of the loop's pool.
    private static let pieceBytes = 3 * 16_384

    /// Begins TLS as the side that shows a certificate, before anything is read or written. The owner keeps the time.
    /// - Parameter plainAnswer: for a peer that speaks HTTP without TLS; then the connection ends.
    func startTLS(server context: TLSContext, plainAnswer: @escaping () -> [UInt8]) throws(TransportError) {
        tls = SocketTLS(try TLSSession.server(context), plainAnswer: plainAnswer)
        updateReading()
    }

    /// Begins TLS as the side that checks the certificate, before anything is read or written.
    package func startTLS(client context: TLSContext, host: String) throws(TransportError) {
        let tls = SocketTLS(try TLSSession.client(context, host: host), plainAnswer: nil)
        self.tls = tls
        shakeHands(tls)
    }

    // MARK: Handshake

    func receiveEncrypted(_ bytes: UnsafeRawBufferPointer, _ tls: SocketTLS) {
        switch tls.state {
        case .open:
            tls.session.wire.lend(bytes)
            decrypt(tls)
            tls.session.wire.takeBack()
            updateReading()
        case .handshaking:
            receiveHandshake(bytes, tls)
        case .working, .broken:
            break
        }
    }

    private func receiveHandshake(_ bytes: UnsafeRawBufferPointer, _ tls: SocketTLS) {
        if tls.handshakeBytes == 0, let first = bytes.first, first >= 0x41, first <= 0x5A, let answer = tls.plainAnswer
        {
            tls.session.wire.output = answer()
            breakOff(.tlsFailed("the peer speaks without TLS"), tls)
            return
        }
        guard tls.handshakeBytes <= SocketTLS.maxHandshakeBytes else {
            breakOff(.tlsFailed("the peer's handshake is too long"), tls)
            return
        }
        tls.handshakeBytes += bytes.count
        switch tls.scanner.scan(bytes) {
        case .invalid:
            breakOff(.tlsFailed("the peer does not speak TLS"), tls)
        case .partial:
            tls.session.wire.hold(bytes)
        case .complete:
            tls.session.wire.hold(bytes)
            shakeHands(tls)
        }
    }

    private func shakeHands(_ tls: SocketTLS) {
        guard tls.state == .handshaking else { return }
        tls.state = .working
        updateReading()
        let session = tls.session
        let error = loop.offload({ session.handshake() }, completion: { step in self.shookHands(step) })
        if let error {
            tls.state = .broken
            close(error)
        }
    }

    private func shookHands(_ step: TLSSession.Step) {
        guard let tls, phase != .closing else { return }
        tls.state = .handshaking
        switch step {
        case .needsInput:
            flush()
        case .complete:
            tls.state = .open
            flush()
            endWhenFlushed()
            if wantsReading { decrypt(tls) }
        case .failed(let error):
            breakOff(error, tls)
        }
        updateReading()
    }

    /// Ends a connection whose encryption has failed; what is in the wire's output still leaves.
    private func breakOff(_ error: TransportError, _ tls: SocketTLS) {
        tls.state = .broken
        outgoing = []
        if tls.session.isServer && phase == .open {
            // In good order, or the alert that says why could be lost on its way.
            finish(error)
        } else {
            flush()
            close(error)
        }
    }

    // MARK: Afterwards

    /// Hands over what waits in the wire, in a moment: an owner that asks for bytes does not expect them inside the call.
    func decryptSoon() {
        guard let tls, tls.state == .open, tls.session.wire.hasInput, !tls.isDecryptingSoon else { return }
        tls.isDecryptingSoon = true
        loop.execute { [self] in
            tls.isDecryptingSoon = false
            decrypt(tls)
            updateReading()
        }
    }

    /// Hands over what has come, for as long as the owner wants it.
    private func decrypt(_ tls: SocketTLS) {
        let buffer = loop.core.plainBuffer
        while phase == .open, wantsReading, tls.state == .open {
            switch tls.session.read(into: buffer) {
            case .bytes(let count):
                onEvent?(.received(UnsafeRawBufferPointer(rebasing: buffer[..<count])))
                continue
            case .needsInput: break
            case .ended: peerEnded()
            case .failed(let error): breakOff(error, tls)
            }
            break
        }
        if tls.pendingOutput > 0 { flushSoon() }
    }

    /// Encrypts what the owner has written, and offers it to the kernel until that takes no more.
    func sendEncrypted(_ tls: SocketTLS) {
        guard tls.state != .working else { return }
        var done = 0
        while phase != .closing, inFlight == 0 {
            if tls.state == .open, done < outgoing.count {
                let end = min(done + Socket.pieceBytes, outgoing.count)
                if tls.session.wire.output.capacity == 0, let spare = loop.core.spareBuffers.popLast() {
                    tls.session.wire.output = spare
                }
                let error = outgoing.withUnsafeBytes {
                    tls.session.write(UnsafeRawBufferPointer(rebasing: $0[done..<end]))
                }
                if let error {
                    tls.state = .broken
                    close(error)
                    return
                }
                done = end
            }
            guard !tls.session.wire.output.isEmpty else { break }
            var bytes: [UInt8] = []
            swap(&bytes, &tls.session.wire.output)
            send(&bytes)
        }
        // Where the connection has closed, nothing is left.
        outgoing.removeFirst(min(done, outgoing.count))
    }
}
