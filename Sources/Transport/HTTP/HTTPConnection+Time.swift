/// What may take how long.
extension HTTPConnection {
    /// Looks whether the client took too long, and when to look again.
    func watch() {
        guard phase == .serving else { return }
        let now = loop.now
        let idle = configuration.idleTimeout.loopMilliseconds
        // Between two pieces of output that the kernel takes much can reach a client.
        let isReading = (socket.pendingBytes > 0 || hasPeerEnded) && socket.hasDeliveredMore()
        if isReading { lastProgress = now }
        guard let exchange else {
            if isReading && !scanner.hasBegun { timer?.start(milliseconds: idle) } else { watchHead() }
            return
        }
        let waited = now - min(lastProgress, now)
        if exchange.isBodyAwaited && socket.pendingBytes == 0 {
            let left = min(idle - min(waited, idle), exchange.bodyClock.left(at: now, received: exchange.bodyReceived))
            if left == 0 {
                drop { breakBody(.timedOut) }
            }
            timer?.start(milliseconds: left == 0 ? idle : left)
        } else if hasPeerEnded {
            let most = configuration.halfClosedTimeout.loopMilliseconds
            if waited >= most { socket.close(.connectionLost) }
            timer?.start(milliseconds: max(1, most - min(waited, most)))
        } else if socket.pendingBytes > 0 || exchange.isHandled {
            // What is left of a body whose request was answered has no longer than this in all.
            let late = exchange.isHandled && exchange.handledAt + idle <= now
            if waited >= idle || late { drop { socket.close(.timedOut) } }
            timer?.start(milliseconds: max(1, idle - min(waited, idle)))
        } else {
            timer?.start(milliseconds: idle)
        }
    }

    private func drop(_ how: () -> Void) {
        shared.counters.droppedSlow.add(1)
        how()
    }

    private func watchHead() {
        if scanner.hasBegun {
            shared.counters.droppedSlow.add(1)
            refuse(HTTPError(408, "The request took too long to arrive."))
        } else {
            end(isIdle: true)
        }
    }
}
