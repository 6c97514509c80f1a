import Testing

@testable import Redis

struct OneShotTests {
    @Test func `the first value counts, before or after the wait`() async {
        let early = OneShot<Int>()
        #expect(early.complete(1))
        #expect(!early.complete(2))
        #expect(await early.value(orWhenCancelled: 0) == 1)

        let late = OneShot<Int>()
        async let value = late.value(orWhenCancelled: 0)
        late.complete(3)
        #expect(await value == 3)
        #expect(!late.complete(4))
    }

    @Test func `cancellation gives its own value`() async {
        let shot = OneShot<Int>()
        let task = Task { await shot.value(orWhenCancelled: -1) }
        task.cancel()
        #expect(await task.value == -1)
        #expect(!shot.complete(1))
    }

    @Test func `of many givers one wins`() async {
        for _ in 0..<200 {
            let shot = OneShot<Int>()
            let wins = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<8 { group.addTask { shot.complete(number) } }
                async let value = shot.value(orWhenCancelled: -1)
                #expect((0..<8).contains(await value))
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(wins == 1)
        }
    }
}
