import Celery
import CeleryRedis
import Foundation
import Logging
import Redis
import Testing

/// What every broker and result backend promises: the one on Redis and the one in memory, which stands in for it in tests.
@Suite(.timeLimit(.minutes(2))) struct BrokerContractTests {
    enum Kind: CaseIterable {
        case memory
        case redis
        /// Broker and results on two servers, as far as the library can tell.
        case twoServers
    }

    private struct Fixture {
        let broker: any Broker
        let results: any ResultBackend

        @discardableResult
        func send(_ task: String = "t", to queue: QueueName = "q", priority: Int = 0) async throws -> TaskID {
            var call = TaskCall(task: task)
            call.priority = priority
            try await broker.publish([OutgoingMessage(queue: queue, message: call.message())])
            return call.id
        }
    }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func with(
        _ kind: Kind,
        _ settings: ResultSettings = .init(),
        _ body: @escaping @Sendable (Fixture) async throws -> Void
    ) async throws {
        guard kind != .memory else {
            return try await body(Fixture(broker: MemoryBroker(), results: MemoryResultBackend(settings: settings)))
        }
        try await withRedisServer { server in
            let one = RedisClient(configuration: server.configuration(), logger: logger)
            let other = RedisClient(configuration: server.configuration(), logger: logger)
            let fixture = Fixture(
                broker: RedisBroker(one),
                results: RedisResultBackend(kind == .redis ? one : other, settings: settings)
            )
            try await body(fixture)
            await one.close()
            await other.close()
        }
    }

    private func consuming(
        _ fixture: Fixture,
        queues: [Queue] = ["q"],
        _ body: @escaping @Sendable (any Consumer) async throws -> Void
    ) async throws {
        let consumer = fixture.broker.makeConsumer(ConsumerConfiguration(queues: queues), logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await consumer.run() }
            defer { group.cancelAll() }
            try await body(consumer)
        }
    }

    private func ids(_ deliveries: [Delivery]) throws -> [TaskID] {
        try deliveries.map { try TaskMessage(Message(envelope: $0.envelope)).id }
    }

    private func document(_ id: TaskID, _ state: TaskState = .success, _ result: JSONValue = 1) -> ResultDocument {
        ResultDocument(taskID: id, state: state, result: result, dateDone: Date(timeIntervalSince1970: 1_800_000_000))
    }

    private func part(_ id: TaskID, _ index: Int, of group: String = "g", token: String) -> Effect {
        .endChordPart(
            ChordPart(group: group, index: index, id: id, state: .success, result: .integer(index), token: token)
        )
    }

    @Test(arguments: Kind.allCases)
    func `messages come oldest first, and those of a lower number before others`(kind: Kind) async throws {
        try await with(kind) { fixture in
            let late = try await fixture.send(priority: 9)
            let first = try await fixture.send()
            let second = try await fixture.send()
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 10 }
                #expect(try ids(deliveries) == [first, second, late])
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `a released message is read next, marked as redelivered; losses are counted`(kind: Kind) async throws {
        try await with(kind) { fixture in
            let id = try await fixture.send()
            try await fixture.send()
            try await consuming(fixture) { consumer in
                for (isLoss, losses) in [(false, 0), (true, 1), (false, 1), (true, 2)] {
                    let deliveries = try await consumer.reserve { 1 }
                    try await consumer.release(deliveries, countingLoss: isLoss)
                    let again = try await consumer.reserve { 1 }
                    #expect(try ids(again) == [id])
                    let message = try TaskMessage(Message(envelope: again[0].envelope))
                    #expect(message.isRedelivered)
                    #expect(message.message().deliveryCount == losses)
                    try await consumer.release(again, countingLoss: false)
                }
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `nobody waits for messages while none may be taken`(kind: Kind) async throws {
        try await with(kind) { fixture in
            let id = try await fixture.send()
            try await consuming(fixture) { consumer in
                let none = try await consumer.reserve { 0 }
                #expect(none.isEmpty)
                let deliveries = try await consumer.reserve { 1 }
                #expect(try ids(deliveries) == [id])
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `a delivery ends once`(kind: Kind) async throws {
        try await with(kind) { fixture in
            let id = try await fixture.send()
            try await consuming(fixture, queues: ["q", "next"]) { consumer in
                let deliveries = try await consumer.reserve { 1 }
                let message = OutgoingMessage(queue: "next", message: TaskCall(task: "next").message())
                let completion = Completion(
                    deliveries: deliveries,
                    effects: [.store(document(id)), .publish(message)]
                )
                guard case .done = try await consumer.complete(completion, storingIn: fixture.results) else {
                    Issue.record("it was held")
                    return
                }
                guard case .notHeld = try await consumer.complete(completion, storingIn: fixture.results) else {
                    Issue.record("it was no longer held")
                    return
                }
                #expect(try await fixture.results.document(for: id)?.state == .success)
                #expect(try await consumer.reserve { 10 }.count == 1)
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `closing hands back what is held`(kind: Kind) async throws {
        try await with(kind) { fixture in
            let id = try await fixture.send()
            try await consuming(fixture) { consumer in
                _ = try await consumer.reserve { 1 }
                #expect(try await consumer.close() == 1)
            }
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 1 }
                #expect(try ids(deliveries) == [id])
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `a stored success stays`(kind: Kind) async throws {
        try await with(kind) { fixture in
            try await fixture.results.store(document("a"))
            try await fixture.results.store(document("a", .failure))
            #expect(try await fixture.results.document(for: "a")?.state == .success)
            try await fixture.results.forget("a")
            #expect(try await fixture.results.document(for: "a") == nil)
        }
    }

    @Test(arguments: Kind.allCases)
    func `results, chords and groups are kept for their time`(kind: Kind) async throws {
        let settings = ResultSettings(expires: .seconds(1), failureExpires: .zero, chordExpires: .seconds(1))
        try await with(kind, settings) { fixture in
            let results = fixture.results
            try await results.store(document("a", .failure))
            try await results.store(document("b"))
            _ = try await results.apply([.startChord(group: "g", size: 2), part("c", 0, token: "x")])
            try await fixture.broker.perform([.saveGroup(id: "g", result: [["g", nil], []])], storingIn: results)
            let success = try await eventually {
                try await results.document(for: "b")
            } until: {
                $0 == nil
            }
            let group = try await eventually {
                try await results.savedGroup("g")
            } until: {
                $0 == nil
            }
            #expect(success == nil && group == nil)
            #expect(try await results.document(for: "a")?.state == .failure)
            // The first part counts no longer, nor does the size.
            #expect(try await results.apply([part("d", 1, token: "x")]).isEmpty)
            #expect(try await results.apply([.startChord(group: "g", size: 1)]).isEmpty)
            #expect(try await results.apply([part("d", 1, token: "x")]).first?.parts.count == 1)
        }
    }

    @Test(arguments: Kind.allCases)
    func `the last part of a chord claims it, in whatever order parts come and sizes are set`(kind: Kind) async throws {
        try await with(kind) { fixture in
            let results = fixture.results
            #expect(try await results.apply([part("b", 1, token: "x")]).isEmpty)
            #expect(try await results.apply([.startChord(group: "g", size: 2)]).isEmpty)
            // The same part again counts once.
            #expect(try await results.apply([part("b", 1, token: "x")]).isEmpty)
            let claim = try #require(try await results.apply([part("a", 0, token: "y")]).first)
            #expect(claim.parts.compactMap { $0[3]?.intValue } == [0, 1])
            // A second try of the same end has the same claim, another worker has none.
            #expect(try await results.apply([part("a", 0, token: "y")]).count == 1)
            #expect(try await results.apply([part("a", 0, token: "z")]).isEmpty)
            #expect(try await !results.holdChord("g", token: "z"))
            #expect(try await results.holdChord("g", token: "y"))
            try await results.closeChord("g", token: "y", isSuccess: true)
            #expect(try await results.apply([part("b", 1, token: "y")]).isEmpty)
        }
    }

    @Test(arguments: Kind.allCases)
    func `a chord that is sent again counts a part that ends before its size is set`(kind: Kind) async throws {
        try await with(kind) { fixture in
            let results = fixture.results
            for _ in 1...3 {
                #expect(try await results.apply([part("a", 0, token: "x")]).isEmpty)
                #expect(try await results.apply([.startChord(group: "g", size: 2)]).isEmpty)
                let claim = try #require(try await results.apply([part("b", 1, token: "x")]).first)
                #expect(claim.parts.compactMap { $0[3]?.intValue } == [0, 1])
                try await results.closeChord("g", token: "x", isSuccess: true)
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `a chord that grew waits for the part that joined`(kind: Kind) async throws {
        try await with(kind) { fixture in
            let results = fixture.results
            _ = try await results.apply([.startChord(group: "g", size: 1), .extendChord(group: "g", by: 1)])
            #expect(try await results.apply([part("a", 0, token: "x")]).isEmpty)
            #expect(try await results.apply([part("b", 0, token: "x")]).count == 1)
        }
    }

    @Test(arguments: Kind.allCases)
    func `a claimed chord keeps its delivery until it is settled, once`(kind: Kind) async throws {
        try await with(kind) { fixture in
            let id = try await fixture.send()
            _ = try await fixture.results.apply([.startChord(group: "g", size: 1)])
            try await consuming(fixture, queues: ["q", "body"]) { consumer in
                let deliveries = try await consumer.reserve { 1 }
                let end = Completion(deliveries: deliveries, effects: [.store(document(id)), part(id, 0, token: "x")])
                guard case .claimed(let claims) = try await consumer.complete(end, storingIn: fixture.results) else {
                    Issue.record("the last part claims the chord")
                    return
                }
                #expect(claims.map(\.group) == ["g"])
                let body = OutgoingMessage(queue: "body", message: TaskCall(task: "body").message())
                let settlement = ChordSettlement(group: "g", token: "x", isSuccess: true, effects: [.publish(body)])
                let settle = Completion(deliveries: deliveries, effects: [.settleChord(settlement)])
                guard case .done = try await consumer.complete(settle, storingIn: fixture.results) else {
                    Issue.record("the delivery was still held")
                    return
                }
                guard case .notHeld = try await consumer.complete(settle, storingIn: fixture.results) else {
                    Issue.record("the delivery has ended")
                    return
                }
                #expect(try await consumer.reserve { 10 }.count == 1)
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `a group is saved and found`(kind: Kind) async throws {
        try await with(kind) { fixture in
            let tree: JSONValue = [["g", nil], [[["a", nil], nil]]]
            try await fixture.broker.perform([.saveGroup(id: "g", result: tree)], storingIn: fixture.results)
            #expect(try await fixture.results.savedGroup("g") == tree)
            #expect(try await fixture.results.savedGroup("h") == nil)
        }
    }
}
