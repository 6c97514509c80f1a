import Testing

@testable import Cache

@Suite struct CacheRulesTests {
    @Test func `a time to live in whole seconds is sent as seconds`() throws {
        #expect(try Expiry(ttl: .seconds(60), for: .set) == .seconds(60))
        #expect(try Expiry(ttl: .milliseconds(2000), for: .set) == .seconds(2))
        #expect(try Expiry(ttl: nil, for: .set) == .never)
    }

    @Test func `other times are sent as milliseconds and never as none`() throws {
        #expect(try Expiry(ttl: .milliseconds(1500), for: .set) == .milliseconds(1500))
        #expect(try Expiry(ttl: .nanoseconds(1), for: .set) == .milliseconds(1))
        #expect(try Expiry(ttl: .microseconds(1_000_001), for: .set) == .milliseconds(1001))
    }

    @Test func `a time to live of centuries does not overflow`() throws {
        let ttl = Duration.seconds(Int64.max / 500) + .milliseconds(1)
        #expect(try Expiry(ttl: ttl, for: .set) == .seconds(Int64.max / 500))
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .nanoseconds(-1)])
    func `a time to live that is not positive is refused`(ttl: Duration) {
        let error = #expect(throws: CacheError.self) { try Expiry(ttl: ttl, for: .setAll) }
        #expect(error?.code == .invalidTTL)
        #expect(error?.operation == .setAll)
    }

    @Test func `an outage begins once and ends once`() {
        let start = ContinuousClock.now
        var outage = Outage(pause: .seconds(1))
        #expect(outage.succeeded() == false)
        #expect(outage.failed(now: start) == true)
        #expect(outage.failed(now: start) == false)
        #expect(outage.succeeded() == true)
        #expect(outage.succeeded() == false)
        #expect(outage.failed(now: start) == true)
    }

    @Test func `in an outage one attempt is allowed in each pause`() {
        let start = ContinuousClock.now
        var outage = Outage(pause: .seconds(1))
        #expect(outage.allowsAttempt(now: start) == true)
        #expect(outage.allowsAttempt(now: start) == true)
        _ = outage.failed(now: start)
        #expect(outage.allowsAttempt(now: start + .milliseconds(999)) == false)
        #expect(outage.allowsAttempt(now: start + .seconds(1)) == true)
        #expect(outage.allowsAttempt(now: start + .seconds(1)) == false)
        #expect(outage.allowsAttempt(now: start + .seconds(2)) == true)
        _ = outage.succeeded()
        #expect(outage.allowsAttempt(now: start + .seconds(2)) == true)
    }

    @Test func `an error names its operation and hides what caused it`() {
        struct Secret: Error, CustomStringConvertible { let description = "secret" }
        let error = CacheError(.undecodable, operation: .get, message: "not JSON", underlyingError: Secret())
        #expect("\(error)" == "cache get: not JSON")
    }
}
