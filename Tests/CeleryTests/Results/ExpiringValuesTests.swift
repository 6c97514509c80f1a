import Testing

@testable import Celery

@Suite struct ExpiringValuesTests {
    @Test func `a value is there until its time is over`() {
        let start = ContinuousClock.now
        var values = ExpiringValues<String, Int>()
        values.set(1, of: "a", lifetime: 2, at: start)
        values.set(2, of: "b", lifetime: 0, at: start)
        #expect(values.value(of: "a", at: start + .milliseconds(1999)) == 1)
        #expect(values.value(of: "a", at: start + .seconds(2)) == nil)
        #expect(values.value(of: "b", at: start + .seconds(1_000_000)) == 2)
        values.set(3, of: "a", lifetime: 2, at: start + .seconds(1))
        #expect(values.value(of: "a", at: start + .seconds(2)) == 3)
    }

    @Test func `what is over does not stay in memory`() {
        let start = ContinuousClock.now
        var values = ExpiringValues<Int, Int>()
        for number in 0..<100 { values.set(number, of: number, lifetime: 1, at: start) }
        #expect(values.count == 100)
        values.set(0, of: 100, lifetime: 1, at: start + .seconds(61))
        #expect(values.count == 1)
        values.remove(100)
        #expect(values.count == 0)
    }
}
