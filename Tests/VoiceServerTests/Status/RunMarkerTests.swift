import Glibc
import Testing
import VoiceServer

@Suite struct RunMarkerTests {
    /// A folder of the test's own, not there yet.
    private static func folder() -> String {
        var template = Array("/tmp/hotpin-marker-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
        return (made ?? "/nonexistent") + "/a/state"
    }

    private static func write(_ text: String, to path: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        _ = Glibc.write(file, text, text.utf8.count)
        close(file)
    }

    @Test func theFirstRunHasNothingBefore() {
        #expect(RunMarker(folder: Self.folder(), bootID: "b", startTime: 1).lastRun == .clean)
    }

    @Test func anOrderlyEndIsClean() {
        let folder = Self.folder()
        RunMarker(folder: folder, bootID: "b", startTime: 1).finish()
        #expect(RunMarker(folder: folder, bootID: "b", startTime: 2).lastRun == .clean)
    }

    @Test func anEndWithoutAWordWasAKillOrTheMachine() {
        let folder = Self.folder()
        _ = RunMarker(folder: folder, bootID: "b1", startTime: 1)
        #expect(RunMarker(folder: folder, bootID: "b1", startTime: 2).lastRun == .killed)
        #expect(RunMarker(folder: folder, bootID: "b2", startTime: 3).lastRun == .machineWentDown)
    }

    @Test func aReportIsToldOnceAndKept() {
        let folder = Self.folder()
        do {
            let marker = RunMarker(folder: folder, bootID: "b", startTime: 1)
            _ = Glibc.write(marker.crashFile, "hotpin crashed: SIGSEGV\nframe\n", 30)
        }
        do {
            let marker = RunMarker(folder: folder, bootID: "b", startTime: 2)
            #expect(marker.lastRun == .crashed("hotpin crashed: SIGSEGV"))
            #expect(access(marker.keptReport, R_OK) == 0)
            #expect(marker.lastRun.advice(report: marker.keptReport)?.contains("SIGSEGV") == true)
            marker.finish()
        }
        #expect(RunMarker(folder: folder, bootID: "b", startTime: 3).lastRun == .clean)
    }

    @Test func aServerThatStillRunsIsNoDeadOne() {
        let folder = Self.folder()
        let first = RunMarker(folder: folder, bootID: "b", startTime: 1)
        let second = RunMarker(folder: folder, bootID: "b", startTime: 2)
        #expect(second.lastRun == .unknown)
        #expect(second.crashFile == -1)
        second.finish()
        withExtendedLifetime(first) {}
    }

    @Test func whatAnybodyPutThereIsTaken() {
        let folder = Self.folder()
        _ = RunMarker(folder: folder, bootID: "b", startTime: 1)
        Self.write(String(repeating: "\0\u{1B}x", count: 100_000), to: folder + "/run")
        Self.write(String(repeating: "y", count: 100_000), to: folder + "/crash.log")
        guard case .crashed(let line) = RunMarker(folder: folder, bootID: "b", startTime: 2).lastRun else {
            Issue.record("the report was not seen")
            return
        }
        #expect(line.count <= 400)
    }

    @Test func aFolderThatCannotBeWrittenKeepsNothing() {
        let marker = RunMarker(folder: "/proc/nothing", bootID: "b", startTime: 1)
        #expect(marker.lastRun == .clean)
        #expect(marker.crashFile == -1)
        marker.finish()
    }

    @Test func theMachineNamesItsBoot() {
        #expect(RunMarker.currentBootID.count == 36)
    }
}
