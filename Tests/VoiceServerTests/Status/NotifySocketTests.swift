import Glibc
import Testing
import VoiceServer

@Suite struct NotifySocketTests {
    @Test func readsAPathAndAnAbstractName() {
        #expect(NotifySocket("/run/systemd/notify")?.address == Array("/run/systemd/notify\0".utf8))
        #expect(NotifySocket("@manager")?.address == [0] + Array("manager".utf8))
    }

    @Test(arguments: [
        nil, "", "/", "@", "relative/path", "vsock:2:1", "/a\0b", "/" + String(repeating: "x", count: 107),
    ])
    func refusesWhatIsNoAddress(_ name: String?) {
        #expect(NotifySocket(name) == nil)
    }

    @Test func theLongestPathFits() {
        #expect(NotifySocket("/" + String(repeating: "x", count: 106))?.address.count == 108)
    }

    @Test func writesTheProtocolsMessages() {
        #expect(NotifySocket.Message.ready(status: "listening").text == "READY=1\nSTATUS=listening")
        #expect(NotifySocket.Message.alive.text == "WATCHDOG=1")
        #expect(NotifySocket.Message.stopping.text.hasPrefix("STOPPING=1\n"))
        let lines = NotifySocket.Message.reloading.text.split(separator: "\n")
        #expect(lines.first == "RELOADING=1")
        #expect(lines.last?.wholeMatch(of: /MONOTONIC_USEC=[0-9]+/) != nil)
    }

    @Test func aManagerThatIsGoneIsNoMatter() {
        #expect(NotifySocket("@hotpin-nobody-listens-\(getpid())")?.send(.alive) == false)
        #expect(NotifySocket("/nonexistent/socket")?.send(.alive) == false)
    }

    @Test func readsTheWatchdogsTime() {
        #expect(WatchdogInterval.read(microseconds: "3000000", process: nil, own: 7) == .seconds(3))
        #expect(WatchdogInterval.read(microseconds: "3000000", process: "7", own: 7) == .seconds(3))
        #expect(WatchdogInterval.read(microseconds: "3000000", process: "8", own: 7) == nil)
        for text in [nil, "", "0", "-1", "x", "99999999999999999999"] {
            #expect(WatchdogInterval.read(microseconds: text, process: nil, own: 7) == nil)
        }
    }
}
