import VoicePipeline

/// The right to stay, for as long as a connection lasts.
public struct AccessHold: Sendable {
    fileprivate let authenticator: Authenticator
    fileprivate let number: Int

    /// Gives the right back, because the client has left.
    public func end() {
        authenticator.state.withLock { $0.holds[number] = nil }
    }
}

extension Authenticator {
    /// Keeps an eye on a connection.
    /// - Parameter onRevoked: called once, from `run()`, when the client may not stay any longer.
    /// - Returns: what to end when the client leaves; nil if it may not stay even now.
    public func hold(_ admission: Admission, onRevoked: @escaping @Sendable () async -> Void) -> AccessHold? {
        state.withLock { state in
            guard state.ring.allows(admission) else { return nil }
            state.lastHold += 1
            state.holds[state.lastHold] = (admission, onRevoked)
            return AccessHold(authenticator: self, number: state.lastHold)
        }
    }

    /// Follows the store until it is cancelled.
    public func run() async throws {
        guard store != nil else {
            // Nothing to follow: ends when the other services do.
            await Latch().wait()
            return
        }
        while true {
            do { try await clock.sleep(for: Self.interval) } catch { return }
            await look()
        }
    }

    /// Looks at the store once, sends away who may not stay, and notes which keys were used today.
    package func look() async {
        await refresh()
        let leaving = state.withLock { state in
            let gone = state.holds.filter { !state.ring.allows($0.value.admission) }
            for number in gone.keys { state.holds[number] = nil }
            return gone.values.map(\.onRevoked)
        }
        if !leaving.isEmpty {
            log.warning("connections closed because their key is no longer in force", ["count": .int(leaving.count)])
        }
        await withTaskGroup(of: Void.self) { group in
            for close in leaving { group.addTask { await close() } }
        }
        await noteUses()
    }

    /// Takes the store's keys over; keeps the old ones while it cannot be read.
    func refresh() async {
        guard let store else { return }
        do throws(StorageError) {
            let ring = Self.ring(policy, try await store.keys())
            let before = state.withLock { state in
                defer {
                    state.ring = ring
                    state.isStoreBroken = false
                }
                return state.ring
            }
            if before != ring { log.info("keys changed", ["in_force": .int(ring.entries.count)]) }
        } catch {
            let wasBroken = state.withLock { state in
                defer { state.isStoreBroken = true }
                return state.isStoreBroken
            }
            if !wasBroken {
                log.warning("the keys cannot be read; those known so far stay in force", ["reason": .text("\(error)")])
            }
        }
    }

    private func noteUses() async {
        guard let store else { return }
        let unnoted = state.withLock { state in
            defer { state.unnoted = [:] }
            return state.unnoted
        }
        for (hash, day) in unnoted {
            // Worth nothing to a client that waits; the next use tries again.
            guard (try? await store.markUsed(hash, on: day)) != nil else { continue }
            state.withLock { $0.noted[hash] = day }
        }
    }
}
