import Glibc

/// A second stack for a thread, on which a handler of fatal signals can run when the thread's own has overflowed.
public enum SignalStack {
    private static let size = 128 * 1024

    /// Gives the calling thread a second stack while `body` runs.
    public static func provide<Value>(_ body: () throws -> Value) rethrows -> Value {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        var stack = stack_t(ss_sp: memory, ss_flags: 0, ss_size: size)
        sigaltstack(&stack, nil)
        defer {
            stack = stack_t(ss_sp: nil, ss_flags: Int32(SS_DISABLE), ss_size: 0)
            sigaltstack(&stack, nil)
            memory.deallocate()
        }
        return try body()
    }
}
