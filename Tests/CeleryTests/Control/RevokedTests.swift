import Foundation
import Testing

@testable import Celery

struct RevokedTests {
    private func message(stamps: JSONObject) throws -> TaskMessage {
        var call = TaskCall(task: "t")
        call.stampedHeaders = stamps.keys
        call.stamps = stamps
        return try TaskMessage(call.message())
    }

    @Test func `a revoked task is known until its time is over`() {
        var revoked = RevokedTasks(limit: 10, lifetime: .seconds(100))
        let start = ContinuousClock.now
        revoked.insert(["a"], at: start)
        revoked.insert(["b"], at: start + .seconds(60))
        revoked.purge(at: start + .seconds(99))
        #expect(revoked.ids == ["a", "b"])
        revoked.purge(at: start + .seconds(100))
        #expect(revoked.ids == ["b"])
        #expect(!revoked.contains("a"))
    }

    @Test func `the first are forgotten when there are too many`() {
        var revoked = RevokedTasks(limit: 3, lifetime: .seconds(100))
        revoked.insert((1...5).map { TaskID("\($0)") })
        #expect(revoked.ids == ["3", "4", "5"])
    }

    @Test func `a task that is revoked again counts as the newest`() {
        var revoked = RevokedTasks(limit: 2, lifetime: .seconds(100))
        let start = ContinuousClock.now
        revoked.insert(["a"], at: start)
        revoked.insert(["b"], at: start + .seconds(1))
        revoked.insert(["a"], at: start + .seconds(2))
        revoked.insert(["c"], at: start + .seconds(3))
        #expect(revoked.ids == ["a", "c"])
    }

    @Test func `a task is revoked by one of its stamps`() throws {
        var revoked = RevokedStamps()
        revoked.insert(["customer": ["x", "y"], "run": 7])
        revoked.insert(["customer": "z"])
        #expect(try revoked.match(message(stamps: ["customer": "z"]))?.value == "z")
        #expect(try revoked.match(message(stamps: ["other": "z", "customer": ["a", "y"]]))?.value == "y")
        #expect(try revoked.match(message(stamps: ["run": 7]))?.header == "run")
    }

    @Test func `a stamp of another value or kind revokes nothing`() throws {
        var revoked = RevokedStamps()
        revoked.insert(["customer": "x", "run": 4242, "none": nil])
        #expect(try revoked.match(message(stamps: ["customer": "y"])) == nil)
        #expect(try revoked.match(message(stamps: ["run": "4242"])) == nil)
        #expect(try revoked.match(message(stamps: ["none": nil])) == nil)
        #expect(try revoked.match(message(stamps: [:])) == nil)
    }

    @Test func `expiry comes before revocation, which comes before stamps`() throws {
        let state = WorkerState(ControlConfiguration())
        var call = TaskCall(task: "t")
        call.id = "a"
        call.expires = Date(timeIntervalSince1970: 1000)
        let message = try TaskMessage(call.message())
        state.revoke(["a"])
        #expect(state.revocation(of: message, at: Date(timeIntervalSince1970: 1000))?.reason == .expired)
        #expect(state.revocation(of: message, at: Date(timeIntervalSince1970: 999))?.reason == .revoked)
    }
}
