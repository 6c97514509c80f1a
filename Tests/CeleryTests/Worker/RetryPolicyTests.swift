import Testing

@testable import Celery

@Suite struct RetryPolicyTests {
    private struct Timeout: Error {}
    private struct Refusal: Error {}

    /// The same numbers each time (SplitMix64).
    private struct Numbers: RandomNumberGenerator {
        private var state: UInt64 = 1

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    private func delays(_ policy: RetryPolicy, _ retries: [Int]) -> [Duration?] {
        var generator = Numbers()
        return retries.map { policy.delay(retries: $0, using: &generator) }
    }

    @Test func `pauses double up to the longest one`() {
        let policy = RetryPolicy(backoff: 2, jitter: false)
        let seconds = [0, 1, 2, 8, 9, 62, 63, 1000].map { ($0, delays(policy, [$0])[0]) }
        let expected: [Int: Duration] = [
            0: .seconds(2), 1: .seconds(4), 2: .seconds(8), 8: .seconds(512), 9: .seconds(600), 62: .seconds(600),
            63: .seconds(600), 1000: .seconds(600),
        ]
        for (retries, delay) in seconds { #expect(delay == expected[retries]) }
    }

    @Test func `with jitter a pause is a whole number of seconds up to the full one`() {
        let policy = RetryPolicy(backoff: 1, backoffMax: .seconds(10))
        #expect(Set(delays(policy, Array(repeating: 3, count: 500))) == Set((0...8).map { .seconds($0) }))
        #expect(Set(delays(policy, Array(repeating: 9, count: 500))) == Set((0...10).map { .seconds($0) }))
    }

    @Test func `without backoff the countdown counts, or the task's own delay`() {
        #expect(delays(RetryPolicy(countdown: .seconds(7)), [0, 5]) == [.seconds(7), .seconds(7)])
        #expect(delays(RetryPolicy(), [0]) == [nil])
        // celery/app/autoretry.py: a factor below one is one.
        #expect(delays(RetryPolicy(backoff: 0, jitter: false), [0, 1]) == [.seconds(1), .seconds(2)])
    }

    @Test func `errors are chosen by type or by a question`() {
        let byType = RetryPolicy(for: Timeout.self, PythonException.self)
        #expect(byType.isWorthARetry(Timeout()))
        #expect(byType.isWorthARetry(PythonException.valueError("x")))
        #expect(!byType.isWorthARetry(Refusal()))
        let byQuestion = RetryPolicy { ($0 as? PythonException)?.type == "ConnectionError" }
        #expect(!byQuestion.isWorthARetry(PythonException.valueError("x")))
        #expect(RetryPolicy().isWorthARetry(Refusal()))
    }
}
