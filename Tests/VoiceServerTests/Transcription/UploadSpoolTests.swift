import Glibc
import Testing
import VoicePipeline
import VoiceServer
import VoiceTesting

@Suite struct UploadSpoolTests {
    /// A folder that is gone afterwards; it must be empty, whatever became of the uploads.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        var template = Array("/tmp/hotpin-spool-XXXXXX".utf8CString)
        let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
        try await body(folder)
        #expect(rmdir(folder) == 0)
    }

    @Test func keepsWhatWasAppended() async throws {
        try await withFolder { folder in
            let spool = try UploadSpool(folder: folder, capacity: 1 << 24)
            let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) }
            do {
                let file = try await spool.open()
                for start in stride(from: 0, to: bytes.count, by: 65_536) {
                    try await file.append(Array(bytes[start..<min(start + 65_536, bytes.count)]))
                }
                #expect(file.count == bytes.count)
                #expect(try await file.read() == bytes)
                #expect(spool.usedBytes == bytes.count)
                // By name it is opened from its beginning.
                let stream = try #require(fopen(file.path, "r"))
                defer { fclose(stream) }
                #expect(fgetc(stream) == Int32(bytes[0]) && fgetc(stream) == Int32(bytes[1]))
            }
            await Self.soon { spool.usedBytes == 0 }
        }
    }

    /// Waits for what another thread is about to do: the one that wrote a file may be the last to let go of it.
    private static func soon(_ isSo: () -> Bool) async {
        let deadline = ContinuousClock.now + .seconds(20)
        while !isSo(), .now < deadline { await Task.yield() }
        #expect(isSo())
    }

    @Test func hasACapacityForAll() async throws {
        try await withFolder { folder in
            let spool = try UploadSpool(folder: folder, capacity: 1000)
            let first = try await spool.open()
            try await first.append([UInt8](repeating: 1, count: 600))
            try await first.flush()
            do {
                let second = try await spool.open()
                try await second.append([UInt8](repeating: 1, count: 600))
                let failure = await thrown(ServiceFailure.self) { try await second.flush() }
                #expect(failure?.status == 507)
            }
            await Self.soon { spool.usedBytes == 600 }
            let third = try await spool.open()
            try await third.append([UInt8](repeating: 1, count: 400))
            try await third.flush()
            #expect(spool.usedBytes == 1000)
        }
    }

    @Test func saysThatThereIsNoPlace() async throws {
        let spool = try UploadSpool(folder: "/nonexistent/folder", capacity: 1000)
        let failure = await thrown(ServiceFailure.self) { _ = try await spool.open() }
        #expect(failure?.status == 507)
    }

    @Test func givesLargeFilesBackToo() async throws {
        try await withFolder { folder in
            let spool = try UploadSpool(folder: folder, capacity: 1 << 24)
            let open = Self.descriptors()
            for _ in 0..<3 {
                let file = try await spool.open()
                try await file.append([UInt8](repeating: 7, count: 6 << 20))
                try await file.flush()
            }
            await Self.soon { spool.usedBytes == 0 }
            // They are closed elsewhere.
            await Self.soon { Self.descriptors() <= open }
        }
    }

    /// Unnamed files that this process has open.
    private static func descriptors() -> Int {
        guard let stream = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(stream) }
        var count = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            var target = [CChar](repeating: 0, count: 512)
            let length = readlink("/proc/self/fd/\(name)", &target, target.count - 1)
            guard length > 0 else { continue }
            let text = String(decoding: target.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.contains("hotpin-spool"), text.contains("(deleted)") { count += 1 }
        }
        return count
    }
}
