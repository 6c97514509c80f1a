import Testing

@testable import Celery

@Suite struct SlotQueueTests {
    @Test func `free slots are given out in order`() async {
        let slots = SlotQueue<Int>()
        slots.give(1)
        slots.give(2)
        #expect(await slots.join().slot() == 1)
        #expect(await slots.join().slot() == 2)
    }

    @Test func `who waits gets the next slot that is given back`() async {
        let slots = SlotQueue<Int>()
        let place = slots.join()
        async let waiting = place.slot()
        slots.give(7)
        #expect(await waiting == 7)
    }

    @Test func `the line is kept whoever asks first`() async {
        let slots = SlotQueue<Int>()
        let places = (0..<5).map { _ in slots.join() }
        for slot in 0..<5 { slots.give(slot) }
        for index in places.indices.reversed() {
            #expect(await places[index].slot() == index)
        }
    }

    @Test func `a place that is left is passed over`() async {
        let slots = SlotQueue<Int>()
        let first = slots.join()
        let second = slots.join()
        first.leave()
        slots.give(1)
        #expect(await second.slot() == 1)
        #expect(await first.slot() == nil)
    }

    @Test func `a slot that came before its place was left goes to the next one`() async {
        let slots = SlotQueue<Int>()
        let first = slots.join()
        let second = slots.join()
        slots.give(1)
        first.leave()
        first.leave()
        #expect(await second.slot() == 1)
    }

    @Test func `closing sends away those who wait and those who come later`() async {
        let slots = SlotQueue<Int>()
        let place = slots.join()
        async let waiting = place.slot()
        slots.close()
        #expect(await waiting == nil)
        slots.give(1)
        #expect(await slots.join().slot() == nil)
    }
}
