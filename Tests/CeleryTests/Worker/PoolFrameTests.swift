import Testing

@testable import Celery

@Suite struct PoolFrameTests {
    /// A frame as it comes out of the socket.
    private func sent(_ frame: PoolFrame) throws -> PoolFrame {
        let bytes = frame.encoded()
        var header = bytes[..<PoolFrame.headerLength]
        let length: UInt32? = header.popBigEndian()
        #expect(length == UInt32(bytes.count - PoolFrame.headerLength))
        return try PoolFrame(decoding: bytes[PoolFrame.headerLength...])
    }

    @Test func `a call crosses with its queue, its limit and its bytes`() throws {
        let trace: JSONObject = ["traceparent": "00-1-2-01"]
        let frame = PoolFrame.run(queue: "任务", softTimeLimit: .seconds(1.5), trace: trace, envelope: [0, 1, 255])
        guard case .run(let queue, let limit, let carried, let envelope) = try sent(frame) else {
            Issue.record("another kind of frame")
            return
        }
        #expect(queue == "任务")
        #expect(limit == .seconds(1.5))
        #expect(carried == trace)
        #expect(envelope == [0, 1, 255])
    }

    @Test func `a call without a limit has none on the other side`() throws {
        guard case .run(_, let limit, [:], []) = try sent(.run(queue: "q", softTimeLimit: nil, envelope: [])) else {
            Issue.record("another kind of frame")
            return
        }
        #expect(limit == nil)
    }

    @Test func `a report crosses`() throws {
        guard case .report(let state, let meta) = try sent(.report(.progress, meta: ["current": 1])) else {
            Issue.record("another kind of frame")
            return
        }
        #expect(state == .progress)
        #expect(meta == ["current": 1])
    }

    static let outcomes: [TaskOutcome] = [
        .success(["a": [1, 2.5, nil, "é"]]),
        .failure(.valueError("bad"), traceback: "Traceback"),
        .failure(.valueError("bad"), traceback: nil),
        .retry(
            Retry(after: .seconds(2), maxRetries: 4, args: [1], kwargs: ["a": nil]),
            cause: .valueError("bad"),
            traceback: "t"
        ),
        .retry(Retry(), cause: nil, traceback: nil),
        .replaced(by: Signature("add", args: [1])),
        .revoked(reason: "terminated"),
        .reject(reason: "no", requeue: true),
        .ignore,
        .workerLost("gone"),
        .timeLimitExceeded(.seconds(3)),
        .interrupted,
    ]

    @Test(arguments: outcomes)
    func `an outcome crosses unchanged`(outcome: TaskOutcome) throws {
        guard case .outcome(let received) = try sent(.outcome(outcome)) else {
            Issue.record("another kind of frame")
            return
        }
        #expect(received.jsonValue == outcome.jsonValue)
    }

    @Test func `the configuration crosses`() throws {
        let configuration = PoolChildConfiguration(
            nodeName: "w@h",
            addressSpaceLimit: 1 << 32,
            settings: ["pdf.cache_url": "redis://:p@h", "pdf.roots": ["/a"]]
        )
        guard case .configure(let received) = try sent(.configure(configuration)) else {
            Issue.record("another kind of frame")
            return
        }
        #expect(received == configuration)
    }

    @Test func `a delay that is none is left out and never crashes`() throws {
        let json: JSONValue = ["retry", [1e300, nil, nil, nil, nil], nil, nil]
        guard case .retry(let retry, nil, nil) = try TaskOutcome(json) else {
            Issue.record("another outcome")
            return
        }
        #expect(retry.delay == nil)
        guard case .timeLimitExceeded(.zero) = try TaskOutcome(["timeLimitExceeded", 1e300]) else {
            Issue.record("another outcome")
            return
        }
    }

    @Test func `random bytes are refused and never crash`() {
        var random = SeededGenerator(state: 1)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...8, using: &random)
            }
            _ = try? PoolFrame(decoding: bytes[...])
        }
    }
}
