import Glibc

/// Runs asynchronous code to its end from libFuzzer's own thread, which may block.
func waiting(_ body: @escaping @Sendable () async -> Void) {
    let end = Semaphore()
    Task.detached {
        await body()
        end.signal()
    }
    end.wait()
}

/// A POSIX semaphore.
final class Semaphore: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() {
        semaphore.initialize(to: sem_t())
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() { sem_post(semaphore) }

    func wait() {
        while sem_wait(semaphore) != 0 {}
    }
}
