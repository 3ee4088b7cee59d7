import VoicePipeline

/// What handlers do, by way of `HTTPBody`, `HTTPResponder` and `HTTPBodyWriter`.
extension HTTPConnection {
    /// The next bytes of the body; nil at its end.
    func nextBody(of id: UInt64) async throws -> [UInt8]? {
        guard exchange?.isBodyAwaited != true else { throw TransportError.concurrentRead }
        while true {
            let count = input.count
            guard let current = exchange, current.id == id else { return nil }
            if !current.body.isEmpty {
                exchange?.body = []
                parseUnparsed()
                updateReading()
                return current.body
            }
            if let error = current.bodyError { throw error }
            if current.isBodyComplete { return nil }
            if phase == .gone { throw TransportError.connectionLost }
            if current.awaitsContinue && current.response == .awaited {
                exchange?.awaitsContinue = false
                socket.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
            }
            lastProgress = max(lastProgress, loop.now)
            exchange?.isBodyAwaited = true
            exchange?.bodyClock.beginWait(at: loop.now)
            watch()
            defer { if exchange?.id == id { exchange?.isBodyAwaited = false } }
            try await input.wait(since: count, isolation: self)
        }
    }

    /// Sends the head of the response.
    /// - Parameter length: of the body, when it is known.
    func begin(_ id: UInt64, status: Int, headers: HTTPHeaders, length: Int?) throws(TransportError) {
        guard phase == .serving else { throw .connectionLost }
        guard var current = exchange, current.id == id, current.response == .awaited else { throw .responseAlreadySent }
        guard (200...599).contains(status) else { throw .invalidStatus(status) }
        let framing = try current.framing(status: status, headers: headers, length: length)
        // Whether a client that waits for 100 Continue will send its body now, nobody knows.
        if framing == .untilClose || current.awaitsContinue || headers.lists("close", in: "connection") {
            current.closes = true
        }
        let head = HTTPResponseHead(
            status: status, headers: headers, framing: framing, closes: current.closes, date: HTTPResponseHead.date(),
            requestID: current.requestID)
        let bytes = try head.encoded()
        current.response = .begun(framing)
        exchange = current
        put(bytes)
    }

    /// From now on a client that ends its side is taken for gone.
    func endWithPeer(_ id: UInt64) {
        guard phase == .serving, exchange?.id == id else { return }
        exchange?.endsWithPeer = true
        if hasPeerEnded { socket.close(.connectionLost) }
    }

    /// Sends a part of the body; suspends while too much waits for the client.
    func write(_ id: UInt64, _ bytes: [UInt8]) async throws {
        if socket.pendingBytes > configuration.sendHighWater { try await untilRoom() }
        guard phase == .serving else { throw TransportError.connectionLost }
        guard let current = exchange, current.id == id, case .begun(let framing) = current.response else {
            throw TransportError.responseAlreadySent
        }
        guard !bytes.isEmpty else { return }
        switch framing {
        case .none:
            break
        case .untilClose:
            if !current.isHead { put(bytes) }
        case .chunked:
            guard !current.isHead else { return }
            put(Array("\(String(bytes.count, radix: 16))\r\n".utf8))
            put(bytes)
            put([13, 10])
        case .length(let left):
            guard bytes.count <= left else { throw TransportError.contentLengthMismatch }
            exchange?.response = .begun(.length(left - bytes.count))
            if !current.isHead { put(bytes) }
        }
    }

    /// Sends the end of the body.
    func finish(_ id: UInt64) throws(TransportError) {
        guard phase == .serving else { throw .connectionLost }
        guard let current = exchange, current.id == id, case .begun(let framing) = current.response else {
            throw .responseAlreadySent
        }
        switch framing {
        case .chunked:
            if !current.isHead { put(Array("0\r\n\r\n".utf8)) }
        case .length(let left):
            if left > 0 && !current.isHead { throw .contentLengthMismatch }
        case .none, .untilClose:
            break
        }
        exchange?.response = .complete
    }

    func put(_ bytes: [UInt8]) {
        shared.counters.bytesOut.add(bytes.count)
        if socket.pendingBytes == 0 { lastProgress = max(lastProgress, loop.now) }
        socket.write(bytes)
    }

    private func untilRoom() async throws {
        while phase == .serving && socket.pendingBytes > configuration.sendHighWater {
            let count = output.count
            socket.flush()
            guard socket.pendingBytes > configuration.sendHighWater else { return }
            try await output.wait(since: count, isolation: self)
        }
    }

    /// Turns the connection into a WebSocket.
    func upgrade(_ id: UInt64, _ wanted: WebSocketConfiguration?) throws -> WebSocketConnection {
        guard phase == .serving else { throw TransportError.connectionLost }
        guard let current = exchange, current.id == id, current.response == .awaited else {
            throw TransportError.responseAlreadySent
        }
        let key = try WebSocketHandshake.check(current.head)
        put(
            Array(
                ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: \(WebSocketHandshake.accept(key))\r\n"
                    + "X-Request-Id: \(current.requestID)\r\n\r\n").utf8))
        exchange?.response = .upgraded
        let opened = WebSocketConnection(
            loop: loop, socket: socket, role: .server, configuration: wanted ?? configuration.webSocket,
            counters: shared.counters)
        webSocket = opened
        shared.counters.webSockets.add(1)
        timer?.close()
        timer = nil
        parser = nil
        let leftover = unparsed.takeAll()
        // Made out here: Swift 6.0 cannot compile a closure that is isolated to one actor and captures another.
        let onGone: @Sendable () -> Void = { self.assumeIsolated { $0.becameGone(.connectionLost) } }
        opened.assumeIsolated { $0.start(leftover: leftover, onGone: onGone) }
        if isDraining { opened.assumeIsolated { $0.drain() } }
        return opened
    }

    // MARK: After the handler

    /// The handler has returned or thrown: the response is completed, replaced by an error, or cut off.
    func handled(_ request: HTTPRequest, error: (any Error)?) async {
        let id = request.body.exchange
        if let error, !(error is HTTPError), !(error is CancellationError), phase == .serving {
            log.warning(
                "request failed",
                [
                    "method": .text(request.method), "path": .text(request.path),
                    "error": .text(String(describing: error)),
                ])
        }
        guard let current = exchange, current.id == id else { return }
        switch current.response {
        case .awaited:
            let answer = error.map { HTTPError(answering: $0) } ?? HTTPError(500, "The server has no answer to this.")
            if current.bodyError != nil { exchange?.closes = true }
            var headers: HTTPHeaders = ["Content-Type": "application/json"]
            if answer.status == 426 {
                headers.append("Upgrade", "websocket")
                headers.append("Sec-WebSocket-Version", "13")
            }
            if (try? begin(id, status: answer.status, headers: headers, length: answer.json.count)) != nil {
                try? await write(id, answer.json)
                try? finish(id)
            }
        case .begun:
            // The client must see that something is missing.
            socket.close(.connectionLost)
        case .complete, .upgraded:
            break
        }
        exchange?.isHandled = true
        exchange?.handledAt = loop.now
        exchange?.body = []
    }

    /// Waits for the rest of the request where that is cheap, then makes way for the next one.
    func settle() {
        guard phase == .serving, let current = exchange, current.isHandled, current.response != .upgraded else {
            return
        }
        if current.closes || isDraining {
            end()
            return
        }
        guard current.isBodyComplete else {
            parseUnparsed()
            updateReading()
            return
        }
        exchange = nil
        lastProgress = loop.now
        timer?.start(milliseconds: configuration.idleTimeout.loopMilliseconds)
        parseUnparsed()
        updateReading()
        if hasPeerEnded && exchange == nil { end() }
    }
}
