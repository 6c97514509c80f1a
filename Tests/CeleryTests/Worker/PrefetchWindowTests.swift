import Testing

@testable import Celery

@Suite struct PrefetchWindowTests {
    @Test func `an empty window wants as much as it may hold`() {
        let window = PrefetchWindow(concurrency: 4, multiplier: 4)
        #expect(window.wantsMore)
        #expect(window.credit == 16)
    }

    @Test func `it asks again only when half of what may wait is used up`() {
        var window = PrefetchWindow(concurrency: 4, multiplier: 4)
        window.take(16)
        #expect(!window.wantsMore)
        for _ in 0..<5 { window.give() }
        #expect(window.held == 11 && !window.wantsMore)
        window.give()
        #expect(window.held == 10 && window.wantsMore)
        #expect(window.credit == 6)
    }

    @Test func `with nothing allowed to wait it asks for each slot`() {
        var window = PrefetchWindow(concurrency: 2, multiplier: 1)
        window.take(2)
        #expect(!window.wantsMore)
        window.give()
        #expect(window.wantsMore && window.credit == 1)
    }

    @Test func `without a multiplier very many are held, and no more`() {
        var window = PrefetchWindow(concurrency: 2, multiplier: 0)
        window.take(2000)
        #expect(window.wantsMore && window.credit == 8000)
        window.take(8000)
        #expect(!window.wantsMore && window.credit == 0)
    }

    @Test func `holding more than allowed gives no credit`() {
        var window = PrefetchWindow(concurrency: 1, multiplier: 1)
        window.take(3)
        #expect(window.credit == 0 && !window.wantsMore)
    }

    @Test(arguments: 1...5, 1...5)
    func `a full window never wants, an idle one always does`(concurrency: Int, multiplier: Int) {
        var window = PrefetchWindow(concurrency: concurrency, multiplier: multiplier)
        window.take(window.limit)
        #expect(!window.wantsMore)
        for _ in 0..<window.limit { window.give() }
        #expect(window.wantsMore && window.credit == window.limit)
    }

    @Test func `it follows the pool's size`() {
        var window = PrefetchWindow(concurrency: 2, multiplier: 4)
        window.take(8)
        window.resize(concurrency: 4)
        #expect(window.limit == 16 && window.credit == 8 && window.wantsMore)
        window.resize(concurrency: 1)
        #expect(window.credit == 0 && !window.wantsMore)
    }
}
