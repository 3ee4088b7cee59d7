import VoicePipeline

/// From bytes to requests and bodies.
extension HTTPConnection {
    func receive(_ bytes: UnsafeRawBufferPointer) {
        guard phase == .serving else { return }
        if unparsed.isEmpty {
            let used = parse(bytes)
            if used < bytes.count { unparsed.append(bytes[used...]) }
        } else {
            unparsed.append(bytes)
            parseUnparsed()
        }
        updateReading()
    }

    func parseUnparsed() {
        guard !unparsed.isEmpty else { return }
        // What is parsed may come back here.
        var waiting = unparsed
        unparsed = ByteQueue()
        waiting.consume { parse($0) }
        if phase == .serving { unparsed = waiting }
    }

    /// Reading stops while a body, requests ahead or output wait.
    func updateReading() {
        guard phase == .serving, !hasPeerEnded else { return }
        let bodyFits = (exchange?.body.count ?? 0) < configuration.bodyBuffer
        socket.setReading(bodyFits && unparsed.count < 65_536 && socket.pendingBytes <= configuration.sendHighWater)
    }

    private var canParse: Bool {
        guard phase == .serving else { return false }
        guard let exchange else { return !isDraining }
        return !exchange.isBodyComplete && exchange.body.count < configuration.bodyBuffer
    }

    private func parse(_ bytes: UnsafeRawBufferPointer) -> Int {
        var used = 0
        while used < bytes.count, canParse {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[used...])
            used += isInHead ? parseHead(rest) : parseBody(rest)
        }
        return phase == .serving ? used : bytes.count
    }

    private func parseHead(_ bytes: UnsafeRawBufferPointer) -> Int {
        if !scanner.hasBegun {
            // The first request's time began with the connection.
            if lastExchange > 0 { timer?.start(milliseconds: configuration.headerTimeout.loopMilliseconds) }
        }
        guard let parser else { return bytes.count }
        switch scanner.scan(bytes) {
        case .more:
            let (used, outcome) = parser.parse(bytes)
            if case .failed(let reason) = outcome {
                refuse(unreadable(reason))
            } else if outcome != .more || used != bytes.count {
                refuse(HTTPError(400, "The request is malformed."))
            }
            return bytes.count
        case .end(let length):
            let (used, outcome) = parser.parse(UnsafeRawBufferPointer(rebasing: bytes[..<length]))
            if outcome == .head, used == length {
                isInHead = false
                beginExchange()
            } else if case .failed(let reason) = outcome {
                refuse(unreadable(reason))
            } else {
                refuse(HTTPError(400, "The request is malformed."))
            }
            return length
        case .invalid(let reason):
            refuse(HTTPError(400, "The request is malformed: \(reason)."))
        case .tooLong(inRequestLine: true):
            refuse(HTTPError(414, "The request line is too long."))
        case .tooLong(inRequestLine: false):
            refuse(HTTPError(431, "The header is larger than \(configuration.maxHeaderBytes) bytes."))
        }
        return bytes.count
    }

    private func unreadable(_ reason: String) -> HTTPError {
        parser?.hasTooManyFields == true
            ? HTTPError(431, "The request has more than \(configuration.maxHeaderFields) header fields; send fewer.")
            : HTTPError(400, "The request is malformed: \(reason).")
    }

    private func beginExchange() {
        guard let head = parser?.head else { return }
        do {
            try head.checkRequest()
            guard let target = HTTPTarget(head.target), head.method != "CONNECT" else {
                throw HTTPError(400, "The request's target is not a valid path.")
            }
            if let expectation = head.headers.first("expect"), !ASCII.equal(expectation.utf8, "100-continue".utf8) {
                throw HTTPError(417, "The only expectation understood is 100-continue.")
            }
            let pathLimit = configuration.maxBodyBytesOfPaths[target.path]
            let limit = pathLimit ?? configuration.maxBodyBytes
            let isTooLarge = head.headers.first("content-length").map { (Int($0) ?? .max) > limit } ?? false
            if isTooLarge, pathLimit == nil {
                throw HTTPError(413, "The body is larger than \(limit) bytes; send less.")
            }
            lastExchange += 1
            var exchange = HTTPExchange(
                id: lastExchange, head: head, bodyLimit: limit,
                bodyClock: BodyClock(
                    grace: configuration.idleTimeout.loopMilliseconds, rate: configuration.minBodyRate))
            if isDraining { exchange.closes = true }
            self.exchange = exchange
            request = HTTPRequest(
                method: head.method, target: head.target, path: target.path, query: target.query,
                headers: head.headers, body: HTTPBody(connection: self, exchange: lastExchange),
                remoteAddress: remoteAddress, id: exchange.requestID, isEncrypted: socket.isEncrypted,
                isWebSocketUpgrade: head.headers.lists("websocket", in: "upgrade")
                    && head.headers.lists("upgrade", in: "connection"))
            if isTooLarge {
                breakBody(.bodyTooLarge(limit: limit))
            } else if !head.isChunked && (head.contentLength ?? 0) == 0 {
                // A message without body ends here, without a further byte.
                _ = parseBody(UnsafeRawBufferPointer(start: nil, count: 0))
            }
            timer?.start(milliseconds: configuration.idleTimeout.loopMilliseconds)
            shared.submit(self)
        } catch {
            refuse(error as? HTTPError ?? HTTPError(400, "The request is malformed."))
        }
    }

    private func parseBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let parser else { return bytes.count }
        let (used, outcome) = parser.parse(bytes)
        let piece = parser.takeBody()
        keep(piece)
        switch outcome {
        case .more:
            break
        case .end:
            exchange?.isBodyComplete = true
            isInHead = true
            scanner = HTTPHeadScanner(limit: configuration.maxHeaderBytes)
        case .head:
            breakBody(.malformedBody("another request begins inside it"))
        case .failed(let reason):
            breakBody(.malformedBody(reason))
        }
        input.notifyAll()
        if exchange?.isHandled == true { settleSoon() }
        return used
    }

    private func keep(_ piece: [UInt8]) {
        guard var current = exchange else { return }
        exchange = nil
        current.bodyReceived += piece.count
        if !piece.isEmpty {
            current.awaitsContinue = false
            current.bodyClock.endWait(at: loop.now)
        }
        if current.isHandled {
            current.discarded += piece.count
        } else if current.body.isEmpty {
            current.body = piece
        } else {
            current.body.append(contentsOf: piece)
        }
        exchange = current
        if current.bodyReceived > current.bodyLimit {
            breakBody(.bodyTooLarge(limit: current.bodyLimit))
        } else if let parser, parser.overhead > configuration.maxHeaderBytes {
            breakBody(.malformedBody("its chunk extensions or trailers are too long"))
        } else if current.discarded > HTTPConnection.maxDiscarded {
            breakBody(.bodyTooLarge(limit: current.bodyLimit))
        }
    }

    /// What is left of a body after its handler has answered is read up to here, so that the connection can go on.
    private static let maxDiscarded = 1 << 20

    /// Gives the rest of the body up, and with it the connection after the response.
    func breakBody(_ reason: TransportError) {
        guard var current = exchange, !current.isBodyComplete else { return }
        current.bodyError = current.bodyError ?? reason
        current.isBodyComplete = true
        current.closes = true
        current.body = []
        exchange = current
        unparsed = ByteQueue()
        input.notifyAll()
        if current.isHandled { settleSoon() }
    }

    /// Settles after what is under way, which may be parsing.
    private func settleSoon() {
        loop.execute { self.assumeIsolated { $0.settle() } }
    }

    /// Answers what is not a request, and ends.
    func refuse(_ error: HTTPError) {
        guard phase == .serving, exchange == nil else { return }
        shared.counters.refusedRequests.add(1)
        put(error.response())
        log.debug("request refused", ["status": .int(error.status), "reason": .text(error.message)])
        end()
    }

    /// The client sends no more; what it has sent is still answered.
    func peerEnded() {
        guard phase == .serving else { return }
        if let exchange {
            if !exchange.isBodyComplete {
                breakBody(.connectionLost)
                socket.close(.connectionLost)
            } else if exchange.endsWithPeer {
                socket.close(.connectionLost)
            } else {
                // Whether the client has only ended its side or is gone altogether shows when something is sent.
                lastProgress = loop.now
                _ = socket.hasDeliveredMore()
                timer?.start(milliseconds: configuration.halfClosedTimeout.loopMilliseconds)
            }
        } else {
            end()
        }
    }
}
