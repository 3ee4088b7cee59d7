import CUV

/// A one-shot timer on a loop. Belongs to the loop's thread.
package final class LoopTimer: @unchecked Sendable {
    private let handle: UnsafeMutablePointer<uv_timer_t>
    private var onFire: (() -> Void)?

    /// - Parameter onFire: called on the loop's thread; let go when the timer is closed.
    package convenience init(loop: EventLoop, onFire: @escaping () -> Void) {
        self.init(core: loop.core, onFire: onFire)
    }

    /// The same, for what must not hold the loop.
    init(core: LoopCore, onFire: @escaping () -> Void) {
        assert(core.isCurrent, "a timer begins on its loop's thread")
        handle = .allocate(capacity: 1)
        uv_timer_init(core.loop, handle)
        self.onFire = onFire
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    deinit {
        handle.deallocate()
    }

    /// Starts anew; an earlier start is forgotten.
    package func start(milliseconds: UInt64) {
        guard onFire != nil else { return }
        uv_timer_start(handle, { timerFired($0) }, milliseconds, 0)
    }

    func stop() {
        guard onFire != nil else { return }
        uv_timer_stop(handle)
    }

    /// Gives the handle back. Must be called once in the end, or the timer stays for ever.
    package func close() {
        guard onFire != nil else { return }
        onFire = nil
        uv_close(UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)) { handle in
            guard let data = handle?.pointee.data else { return }
            Unmanaged<LoopTimer>.fromOpaque(data).release()
        }
    }

    fileprivate func fire() {
        onFire?()
    }
}

private func timerFired(_ handle: UnsafeMutablePointer<uv_timer_t>?) {
    guard let data = handle?.pointee.data else { return }
    Unmanaged<LoopTimer>.fromOpaque(data).takeUnretainedValue().fire()
}
