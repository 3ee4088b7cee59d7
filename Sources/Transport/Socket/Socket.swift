import CUV
import Glibc

/// One TCP connection on its loop. Belongs to the loop's thread.
///
/// Writes of one turn of the loop leave in one system call. TLS will sit here, between the bytes that an owner sees
/// and those on the wire; an owner sees no difference.
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

    private enum Phase {
        case open, finishing, closing
    }

    let loop: EventLoop
    /// Called on the loop's thread; let go after `.closed`.
    package var onEvent: ((Event) -> Void)?
    /// Bytes of output above which the owner holds its writers back, and wants to be told when they are fewer.
    var highWater = Int.max
    /// The peer's numeric address.
    package private(set) var remoteHost = ""

    private let handle: UnsafeMutablePointer<uv_tcp_t>
    private var phase = Phase.open
    private var closeReason: TransportError?
    private var outgoing: [UInt8] = []
    private var inFlight = 0
    private var isUnflushed = false
    private var isReading = false
    /// Has read its share of this turn of the loop.
    private var isResting = false
    private var discarded = 0
    private var lingerTimer: LoopTimer?

    /// After the end of the last response the peer may send this much, for this long, before it is cut off.
    private static let lingerBytes = 1 << 20
    private static let lingerMilliseconds: UInt64 = 2000

    init(loop: EventLoop) {
        assert(loop.isCurrent, "a socket begins on its loop's thread")
        self.loop = loop
        handle = .allocate(capacity: 1)
        uv_tcp_init(loop.core.loop, handle)
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    deinit {
        handle.deallocate()
    }

    private var stream: UnsafeMutablePointer<uv_stream_t> {
        UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_stream_t.self)
    }

    package var isOpen: Bool { phase == .open }

    /// Bytes that the kernel has not taken yet.
    package var pendingBytes: Int { outgoing.count + inFlight }

    // MARK: Beginning

    func accept(from listener: UnsafeMutablePointer<uv_stream_t>) -> Bool {
        guard uv_accept(listener, stream) == 0 else { return false }
        opened()
        return true
    }

    /// Begins to connect; `completion` gets libuv's code.
    func connect(to address: SocketAddress, completion: @escaping (Int32) -> Void) {
        let request = ConnectRequest(completion)
        let code = address.withSockaddr { request.start(handle, $0) }
        if code < 0 { completion(code) }
    }

    func opened() {
        uv_tcp_nodelay(handle, 1)
        var storage = sockaddr_storage()
        var size = Int32(MemoryLayout<sockaddr_storage>.size)
        let code = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { uv_tcp_getpeername(handle, $0, &size) }
        }
        if code == 0 { remoteHost = SocketAddress(storage).host }
    }

    // MARK: Reading

    /// Whether bytes are taken from the kernel; while not, TCP holds the peer back.
    package func setReading(_ wanted: Bool) {
        guard phase == .open, wanted != isReading else { return }
        isReading = wanted
        if !isResting { followReading() }
    }

    private func followReading() {
        if isReading {
            let code = uv_read_start(stream, { socketAllocates($0, $2) }, { socketReads($0, $1, $2) })
            if code < 0 { close(.uv(code, "uv_read_start")) }
        } else {
            uv_read_stop(stream)
        }
    }

    /// libuv would read on as long as the peer sends, and let the other sockets wait.
    private func rest() {
        guard isReading, !isResting else { return }
        isResting = true
        uv_read_stop(stream)
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
            if phase == .open {
                onEvent?(.received(UnsafeRawBufferPointer(start: base, count: count)))
            } else {
                discarded += count
                if discarded > Socket.lingerBytes { close(closeReason) }
            }
            if count == loop.core.readBuffer.count { rest() }
        } else if count == Int(UV_EOF.rawValue) {
            isReading = false
            uv_read_stop(stream)
            if phase == .open { onEvent?(.ended) } else if phase == .finishing { close(closeReason) }
        } else if count < 0 {
            close(phase == .open ? .connectionLost : closeReason)
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
        prepareOutput()
        outgoing.append(contentsOf: bytes)
    }

    private func prepareOutput() {
        if outgoing.capacity == 0, let spare = loop.core.spareBuffers.popLast() { outgoing = spare }
        guard !isUnflushed else { return }
        isUnflushed = true
        loop.core.unflushed.append(self)
    }

    /// Hands the output to the kernel; the loop calls this at the end of its turn.
    package func flush() {
        isUnflushed = false
        guard phase != .closing, inFlight == 0, !outgoing.isEmpty else { return }
        let wasHigh = pendingBytes > highWater
        let sent = outgoing.withUnsafeMutableBytes { bytes -> Int in
            var buffer = uv_buf_t(
                base: bytes.baseAddress?.assumingMemoryBound(to: CChar.self), len: bytes.count)
            return Int(uv_try_write(stream, &buffer, 1))
        }
        if sent < 0 && sent != Int(UV_EAGAIN.rawValue) {
            close(.connectionLost)
            return
        }
        let taken = max(0, sent)
        if taken < outgoing.count {
            let request = WriteRequest(self, outgoing[taken...])
            inFlight = outgoing.count - taken
            let code = request.start(stream)
            if code < 0 {
                inFlight = 0
                close(.uv(code, "uv_write"))
                return
            }
        }
        giveBackOutput()
        if wasHigh && inFlight == 0 && phase == .open { onEvent?(.progressed) }
    }

    private func giveBackOutput() {
        if outgoing.capacity <= 65_536 && loop.core.spareBuffers.count < 64 {
            outgoing.removeAll(keepingCapacity: true)
            loop.core.spareBuffers.append(outgoing)
        }
        outgoing = []
    }

    fileprivate func didWrite(_ code: Int32) {
        inFlight = 0
        guard phase != .closing else { return }
        if code < 0 {
            close(.connectionLost)
            return
        }
        flush()
        if phase == .open { onEvent?(.progressed) }
        if phase == .finishing { shutDownWhenFlushed() }
    }

    // MARK: Ending

    /// Ends in good order: the output leaves, then the peer gets a moment to read it and to close.
    /// - Parameter reason: told to the owner with `.closed`.
    package func finish(_ reason: TransportError? = nil) {
        guard phase == .open else { return }
        setReading(true)
        guard phase == .open else { return }
        phase = .finishing
        closeReason = reason
        let timer = LoopTimer(loop: loop) { [self] in close(closeReason) }
        timer.start(milliseconds: Socket.lingerMilliseconds)
        lingerTimer = timer
        flush()
        shutDownWhenFlushed()
    }

    /// Sends the end of the stream but goes on reading.
    package func endOutput() {
        flush()
        _ = ShutdownRequest().start(stream)
    }

    private func shutDownWhenFlushed() {
        guard phase == .finishing, pendingBytes == 0 else { return }
        if ShutdownRequest().start(stream) < 0 { close(closeReason) }
    }

    /// Ends at once; unsent output is lost.
    package func close(_ reason: TransportError? = nil) {
        guard phase != .closing else { return }
        phase = .closing
        closeReason = reason
        lingerTimer?.close()
        lingerTimer = nil
        outgoing = []
        uv_close(UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)) { handle in
            guard let data = handle?.pointee.data else { return }
            Unmanaged<Socket>.fromOpaque(data).takeRetainedValue().didClose()
        }
    }

    private func didClose() {
        let handler = onEvent
        onEvent = nil
        handler?(.closed(closeReason))
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

extension Socket {
    /// Called by the request when the kernel has taken its bytes or the connection broke.
    func wrote(_ code: Int32) {
        didWrite(code)
    }
}
