import CCurl
import CUV
import VoicePipeline

/// Owns the `CURLM` handle and drives it from a libuv loop. Belongs to the loop's thread, but for `init`.
final class CurlMulti: @unchecked Sendable {
    private let core: LoopCore
    private let handle: UnsafeMutableRawPointer
    private let maxIdleConnections: Int
    private var timer: LoopTimer?
    private var transfers: [UnsafeMutableRawPointer: CurlTransfer] = [:]
    private var sockets: [curl_socket_t: CurlSocket] = [:]
    private var isClosed = false

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(core: LoopCore, maxIdleConnections: Int) throws(TransportError) {
        guard CurlMulti.isReady, let handle = curl_multi_init() else {
            throw .system(call: "curl_multi_init", code: -1, message: "libcurl cannot be started")
        }
        self.core = core
        self.handle = handle
        self.maxIdleConnections = maxIdleConnections
    }

    deinit {
        if !isClosed { curl_multi_cleanup(handle) }
    }

    private func prepare() {
        guard timer == nil, !isClosed else { return }
        timer = LoopTimer(core: core) { self.act(CURL_SOCKET_TIMEOUT, 0) }
        curl_shim_set_callbacks(
            handle,
            { _, socket, what, user, _ in
                CurlMulti.of(user)?.watch(socket, what)
                return 0
            },
            { _, milliseconds, user in
                CurlMulti.of(user)?.setTimer(milliseconds)
                return 0
            }, Unmanaged.passUnretained(self).toOpaque())
        curl_shim_set_multi(handle, CURLMOPT_MAXCONNECTS, maxIdleConnections)
    }

    private static func of(_ user: UnsafeMutableRawPointer?) -> CurlMulti? {
        user.map { Unmanaged<CurlMulti>.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: Transfers

    func add(_ transfer: CurlTransfer) throws(HTTPClientError) {
        prepare()
        transfers[transfer.handle] = transfer
        let code = curl_multi_add_handle(handle, transfer.handle)
        guard code == CURLM_OK else {
            transfers[transfer.handle] = nil
            throw .failed(code: code.rawValue, message: String(cString: curl_multi_strerror(code)))
        }
        transfer.begin()
    }

    /// Takes a transfer out, breaking it off unless it is over.
    func remove(_ transfer: CurlTransfer) {
        guard transfers.removeValue(forKey: transfer.handle) != nil else { return }
        curl_multi_remove_handle(handle, transfer.handle)
        transfer.end(nil)
    }

    /// Lets a transfer that was held back go on, if there is room again.
    func resume(_ transfer: CurlTransfer) {
        guard transfers[transfer.handle] != nil, transfer.shallResume() else { return }
        curl_easy_pause(transfer.handle, CURLPAUSE_CONT)
        collect()
    }

    private func act(_ socket: curl_socket_t, _ events: Int32) {
        guard !isClosed else { return }
        var running: Int32 = 0
        curl_multi_socket_action(handle, socket, events, &running)
        collect()
    }

    /// Takes the finished transfers out.
    private func collect() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(handle, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let result = curl_shim_result(message)
            guard let transfer = transfers.removeValue(forKey: easy) else { continue }
            curl_multi_remove_handle(handle, easy)
            transfer.end(transfer.error(for: result))
        }
    }

    // MARK: What libcurl asks for

    private func watch(_ descriptor: curl_socket_t, _ what: Int32) {
        if what == CURL_POLL_REMOVE {
            sockets.removeValue(forKey: descriptor)?.close()
            return
        }
        if sockets[descriptor] == nil {
            sockets[descriptor] = CurlSocket(core: core, descriptor: descriptor) { self.act(descriptor, $0) }
        }
        sockets[descriptor]?.watch(reads: what & CURL_POLL_IN != 0, writes: what & CURL_POLL_OUT != 0)
    }

    private func setTimer(_ milliseconds: Int) {
        // Not at once even for 0: libcurl must not be entered from within itself.
        if milliseconds < 0 { timer?.stop() } else { timer?.start(milliseconds: UInt64(milliseconds)) }
    }

    /// Gives everything back; the last call.
    func close() {
        guard !isClosed else { return }
        for transfer in transfers.values { remove(transfer) }
        isClosed = true
        curl_multi_cleanup(handle)
        for socket in sockets.values { socket.close() }
        sockets = [:]
        timer?.close()
        timer = nil
    }
}
