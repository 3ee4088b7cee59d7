import Glibc

/// What this process uses of the machine, as the kernel counts it.
public enum ProcessUsage {
    /// User and system time of all threads.
    public static var cpuSeconds: Double {
        var spec = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spec)
        return Double(spec.tv_sec) + Double(spec.tv_nsec) / 1e9
    }

    /// Resident memory; 0 where the kernel does not tell.
    public static var residentBytes: Double {
        // The second number of statm is the resident pages.
        let fields = smallFile("/proc/self/statm").split(separator: " ")
        guard let pages = fields.dropFirst().first.flatMap({ Double($0) }) else { return 0 }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Descriptors that are open.
    public static var openDescriptors: Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            if entry.pointee.d_name.0 != 0x2E { count += 1 }
        }
        // The folder itself was open while it was read.
        return max(count - 1, 0)
    }

    /// Descriptors that may be open; infinity without a limit.
    public static var maximumDescriptors: Double {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur != UInt.max else {
            return .infinity
        }
        return Double(limit.rlim_cur)
    }

    private static func smallFile(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = max(read(file, &bytes, bytes.count), 0)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
