import Testing
import VoicePipeline

@Suite struct BoundedChannelTests {
    @Test func deliversInOrder() async {
        let channel = BoundedChannel<Int>(capacity: 2)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 0..<1000 { await channel.send(number) }
                channel.finish()
            }
            var received: [Int] = []
            for await number in channel { received.append(number) }
            #expect(received == Array(0..<1000))
        }
    }

    @Test func suspendsTheProducerWhenFull() async {
        let channel = BoundedChannel<Int>(capacity: 1)
        let sent = Latch()
        #expect(await channel.send(1))
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                #expect(await channel.send(2))
                sent.set()
            }
            #expect(!sent.isSet)
            #expect(await channel.next() == 1)
            await sent.wait()
            #expect(await channel.next() == 2)
        }
    }

    @Test func keepsWhatWasSentBeforeTheEnd() async {
        let channel = BoundedChannel<Int>(capacity: 4)
        await channel.send(1)
        channel.finish()
        #expect(await channel.send(2) == false)
        #expect(await channel.next() == 1)
        #expect(await channel.next() == nil)
    }

    @Test func finishWakesProducersAndConsumer() async {
        let full = BoundedChannel<Int>(capacity: 1)
        await full.send(1)
        let empty = BoundedChannel<Int>(capacity: 1)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { #expect(await full.send(2) == false) }
            group.addTask { #expect(await empty.next() == nil) }
            group.addTask {
                await Task.yield()
                full.finish()
                empty.finish()
            }
        }
    }

    @Test func cancellationWakesBothSides() async {
        for _ in 0..<200 {
            let full = BoundedChannel<Int>(capacity: 1)
            await full.send(1)
            let empty = BoundedChannel<Int>(capacity: 1)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { #expect(await full.send(2) == false) }
                group.addTask { #expect(await empty.next() == nil) }
                group.cancelAll()
            }
            // A cancelled wait leaves nothing behind.
            #expect(await full.next() == 1)
            #expect(await empty.send(3))
            #expect(await empty.next() == 3)
        }
    }
}

@Suite struct LatchTests {
    @Test func letsAllPassOnceSet() async {
        let latch = Latch()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10 { group.addTask { await latch.wait() } }
            group.addTask { latch.set() }
        }
        #expect(latch.isSet)
        await latch.wait()
    }

    @Test func cancellationEndsTheWait() async {
        let latch = Latch()
        for _ in 0..<200 {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await latch.wait() }
                group.cancelAll()
            }
        }
        #expect(!latch.isSet)
    }
}
