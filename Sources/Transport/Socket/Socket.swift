import CUV
import Glibc

/// One TCP connection on its loop. Belongs to the loop's thread.
///
/// Writes of one turn of the loop leave in one system call. TLS sits here (`Socket+TLS.swift`), between the bytes that
/// an owner sees and those on the wire; an owner sees no difference.
package final class Socket: @unchecked Sendable {
    /// What the socket tells its owner.
    package enum Event {
        /// Bytes, valid during the call.
        case received(UnsafeRawBufferPointer)
        /// The peer sends no more; it may still read.
        case ended
        /// Output that had been waiting got under way, or fell below the high-water mark.
        case progressed
        /// The connection is over; the last event. Nil after an orderly end.
        case closed(TransportError?)
    }

    enum Phase {
        case open, finishing, closing
    }

    let loop: EventLoop
    /// Called on the loop's thread; let go after `.closed`.
    package var onEvent: ((Event) -> Void)?
    /// Bytes of output above which the owner holds its writers back, and wants to be told when they are fewer.
    var highWater = Int.max
    /// The peer's numeric address.
    package private(set) var remoteHost = ""

    /// What stands between the owner's bytes and the wire's, if the connection is encrypted.
    var tls: SocketTLS?
    let handle: TCPHandle
    var phase = Phase.open
    var closeReason: TransportError?
    /// What the owner has written and the kernel was not offered yet.
    var outgoing: [UInt8] = []
    /// Bytes that were offered to the kernel and not taken yet.
    private(set) var inFlight = 0
    private var isUnflushed = false
    /// Whether the owner wants bytes.
    private(set) var wantsReading = false
    /// Whether libuv reads.
    private var isReading = false
    var hasEnded = false
    /// The output ends as soon as it has left.
    var endsOutput = false
    /// Has read its share of this turn of the loop.
    private var isResting = false
    private var discarded = 0
    /// While the connection ends: a peer that takes nothing of the output for so long is cut off.
    var stallMilliseconds: UInt64 = 2000
    var lingerTimer: LoopTimer?
    /// Bytes that were ever offered to the kernel.
    private(set) var offered = 0
    /// Those that the peer had confirmed when that was last asked.
    var deliveredBefore = 0

    init(loop: EventLoop) {
        self.loop = loop
        handle = TCPHandle(loop: loop)
        handle.hold(self)
    }

    package var isOpen: Bool { phase == .open }

    /// Bytes that the kernel has not taken yet.
    package var pendingBytes: Int { outgoing.count + inFlight + (tls?.pendingOutput ?? 0) }

    // MARK: Beginning

    func accept(from listener: UnsafeMutablePointer<uv_stream_t>) -> Bool {
        guard uv_accept(listener, handle.stream) == 0 else { return false }
        opened()
        return true
    }

    /// Begins to connect; `completion` gets libuv's code.
    func connect(to address: SocketAddress, completion: @escaping (Int32) -> Void) {
        // libuv would open the closed handle anew, and end the process when it hears from it.
        guard phase == .open else { return completion(UV_ECANCELED.rawValue) }
        let request = ConnectRequest(completion)
        let code = address.withSockaddr { request.start(handle.raw, $0) }
        if code < 0 { completion(code) }
    }

    func opened() {
        uv_tcp_nodelay(handle.raw, 1)
        if case .success(let peer) = handle.address(uv_tcp_getpeername) { remoteHost = peer.host }
    }

    // MARK: Reading

    /// Whether bytes are taken from the kernel; while not, TCP holds the peer back.
    package func setReading(_ wanted: Bool) {
        guard phase == .open, wanted != wantsReading else { return }
        wantsReading = wanted
        if wanted { decryptSoon() }
        updateReading()
    }

    /// Lets libuv read if there is somebody for the bytes.
    func updateReading() {
        let wanted =
            switch phase {
            case .open: !hasEnded && (tls?.wantsInput(wantsReading) ?? wantsReading)
            case .finishing: !hasEnded && tls?.state != .working
            case .closing: false
            }
        guard wanted != isReading, phase != .closing else { return }
        isReading = wanted
        if !isResting { followReading() }
    }

    private func followReading() {
        if isReading {
            let code = uv_read_start(handle.stream, { socketAllocates($0, $2) }, { socketReads($0, $1, $2) })
            if code < 0 { close(.uv(code, "uv_read_start")) }
        } else {
            uv_read_stop(handle.stream)
        }
    }

    /// libuv would read on as long as the peer sends, and let the other sockets wait.
    private func rest() {
        guard isReading, !isResting else { return }
        isResting = true
        uv_read_stop(handle.stream)
        loop.core.resting.append(self)
    }

    /// The next turn of the loop.
    func readOn() {
        isResting = false
        if phase != .closing, isReading { followReading() }
    }

    fileprivate func lend(_ buffer: UnsafeMutablePointer<uv_buf_t>) {
        let memory = loop.core.readBuffer
        buffer.pointee.base = memory.baseAddress?.assumingMemoryBound(to: CChar.self)
        buffer.pointee.len = memory.count
    }

    fileprivate func didRead(_ count: Int, _ base: UnsafeMutableRawPointer?) {
        if count > 0 {
            let bytes = UnsafeRawBufferPointer(start: base, count: count)
            if let tls, phase == .open || tls.isHandshaking {
                receiveEncrypted(bytes, tls)
            } else if phase == .open {
                onEvent?(.received(bytes))
            } else {
                discarded += count
                if discarded > Socket.lingerBytes { close(closeReason) }
            }
            if count == loop.core.readBuffer.count { rest() }
        } else if count == Int(UV_EOF.rawValue) {
            // An attacker can end a TCP stream; only the peer can end what is inside TLS.
            if tls != nil && phase == .open && !hasEnded { close(.connectionLost) } else { peerEnded() }
        } else if count < 0 {
            close(phase == .open ? .connectionLost : closeReason)
        }
    }

    /// The peer sends no more.
    func peerEnded() {
        guard !hasEnded else { return }
        hasEnded = true
        updateReading()
        if phase == .open {
            onEvent?(.ended)
        } else if endsOutput && tls?.isHandshaking != true {
            endWhenFlushed()
        } else {
            close(closeReason)
        }
    }

    // MARK: Writing

    /// Adds to the output of this turn of the loop.
    package func write(_ bytes: UnsafeRawBufferPointer) {
        guard phase == .open, !bytes.isEmpty else { return }
        prepareOutput()
        outgoing.append(contentsOf: bytes)
    }

    /// Adds to the output of this turn of the loop.
    package func write(_ bytes: [UInt8]) {
        guard phase == .open, !bytes.isEmpty else { return }
        if outgoing.isEmpty {
            // Nothing to add to, and so nothing to copy.
            giveBack(&outgoing)
            outgoing = bytes
            flushSoon()
        } else {
            prepareOutput()
            outgoing.append(contentsOf: bytes)
        }
    }

    private func prepareOutput() {
        if outgoing.capacity == 0, let spare = loop.core.spareBuffers.popLast() { outgoing = spare }
        flushSoon()
    }

    /// Has `flush` called at the end of this turn of the loop.
    func flushSoon() {
        guard !isUnflushed else { return }
        isUnflushed = true
        loop.core.unflushed.append(self)
    }

    /// Hands the output to the kernel; the loop calls this at the end of its turn.
    package func flush() {
        isUnflushed = false
        guard phase != .closing, inFlight == 0 else { return }
        let wasHigh = pendingBytes > highWater
        if let tls {
            sendEncrypted(tls)
        } else {
            var bytes: [UInt8] = []
            swap(&bytes, &outgoing)
            send(&bytes)
        }
        if outgoing.isEmpty { giveBack(&outgoing) }
        if wasHigh && inFlight == 0 && phase == .open { onEvent?(.progressed) }
    }

    /// Offers bytes to the kernel, and keeps those that it does not take in flight.
    /// - Parameter bytes: empty afterwards; not a part of this socket, which may close meanwhile.
    func send(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        offered += bytes.count
        let sent = offer(&bytes)
        if sent < 0 && sent != Int(UV_EAGAIN.rawValue) {
            close(.connectionLost)
            return
        }
        let taken = max(0, sent)
        if taken < bytes.count {
            let request = WriteRequest(self, bytes[taken...])
            inFlight = bytes.count - taken
            let code = request.start(handle.stream)
            if code < 0 {
                inFlight = 0
                close(.uv(code, "uv_write"))
                return
            }
        }
        giveBack(&bytes)
    }

    /// - Returns: how many bytes the kernel took, or libuv's code.
    func offer(_ bytes: inout [UInt8]) -> Int {
        bytes.withUnsafeMutableBytes { bytes in
            var buffer = uv_buf_t(
                base: bytes.baseAddress?.assumingMemoryBound(to: CChar.self), len: bytes.count)
            return Int(uv_try_write(handle.stream, &buffer, 1))
        }
    }

    private func giveBack(_ buffer: inout [UInt8]) {
        if buffer.capacity > 0, buffer.capacity <= 65_536, loop.core.spareBuffers.count < 64 {
            buffer.removeAll(keepingCapacity: true)
            loop.core.spareBuffers.append(buffer)
        }
        buffer = []
    }

    /// Called by the request when the kernel has taken its bytes or the connection broke.
    func wrote(_ code: Int32) {
        inFlight = 0
        guard phase != .closing else { return }
        if code < 0 {
            close(.connectionLost)
            return
        }
        flush()
        if phase == .open { onEvent?(.progressed) }
        endWhenFlushed()
    }
}

private func socketAllocates(_ handle: UnsafeMutablePointer<uv_handle_t>?, _ buffer: UnsafeMutablePointer<uv_buf_t>?) {
    guard let data = handle?.pointee.data, let buffer else { return }
    Unmanaged<Socket>.fromOpaque(data).takeUnretainedValue().lend(buffer)
}

private func socketReads(
    _ stream: UnsafeMutablePointer<uv_stream_t>?, _ count: Int, _ buffer: UnsafePointer<uv_buf_t>?
) {
    guard let data = stream?.pointee.data else { return }
    Unmanaged<Socket>.fromOpaque(data).takeUnretainedValue()
        .didRead(count, UnsafeMutableRawPointer(buffer?.pointee.base))
}
