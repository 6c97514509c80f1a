import Testing

@testable import Celery

@Suite struct SlotQueueTests {
    @Test func `free slots are given out in order`() async {
        let slots = SlotQueue<Int>()
        slots.give(1)
        slots.give(2)
        #expect(await slots.take() == 1)
        #expect(await slots.take() == 2)
    }

    @Test func `who waits gets the next slot that is given back`() async {
        let slots = SlotQueue<Int>()
        async let waiting = slots.take()
        slots.give(7)
        #expect(await waiting == 7)
    }

    @Test func `closing sends away those who wait and those who come later`() async {
        let slots = SlotQueue<Int>()
        async let waiting = slots.take()
        slots.close()
        #expect(await waiting == nil)
        slots.give(1)
        #expect(await slots.take() == nil)
    }
}
