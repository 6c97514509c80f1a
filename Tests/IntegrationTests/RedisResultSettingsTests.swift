import Celery
import CeleryRedis
import Foundation
import Redis
import Testing

/// How results are kept in Redis: their lifetimes and forms, and what is read of other forms.
@Suite(.timeLimit(.minutes(2))) struct RedisResultSettingsTests {
    private static let forms: [ResultSettings] = [
        .init(), .init(compression: .zlib), .init(compression: .zstd), .init(serializer: .msgpack),
        .init(compression: .zlib, serializer: .msgpack),
    ]

    private func document(_ state: TaskState, _ result: JSONValue = nil, id: TaskID = "t") -> ResultDocument {
        ResultDocument(taskID: id, state: state, result: result)
    }

    /// Seconds to live of a progress, a failure and a success.
    private func lifetimes(_ settings: ResultSettings, _ redis: RedisClient) async throws -> [Int] {
        let backend = RedisResultBackend(redis, settings: settings)
        var lifetimes: [Int] = []
        for state in [TaskState.progress, .failure, .success] {
            _ = try await redis.send(RawCommand("DEL", "celery-task-meta-t"))
            try await backend.store(document(state))
            lifetimes.append(try await redis.send(RawCommand("TTL", "celery-task-meta-t")).decodeInt())
        }
        return lifetimes
    }

    @Test(arguments: [
        (ResultSettings(), [86400, 86400, 86400]), (ResultSettings(expires: .zero), [-1, -1, -1]),
        (ResultSettings(expires: .seconds(500), failureExpires: .seconds(900)), [500, 900, 500]),
        (ResultSettings(failureExpires: .zero), [86400, -1, 86400]),
    ])
    func `each kind of state has its lifetime`(settings: ResultSettings, expected: [Int]) async throws {
        try await withRedis { _, redis in
            let found = try await lifetimes(settings, redis)
            // A second may have passed.
            for (found, expected) in zip(found, expected) { #expect([expected, expected - 1].contains(found)) }
        }
    }

    @Test func `a success is protected in every form, from every form`() async throws {
        try await withRedis { _, redis in
            for (first, second) in Self.forms.flatMap({ first in Self.forms.map { (first, $0) } }) {
                let id = TaskID("\(UUID())")
                let (writer, other) = (
                    RedisResultBackend(redis, settings: first), RedisResultBackend(redis, settings: second)
                )
                try await writer.store(document(.failure, id: id))
                try await writer.store(document(.success, 1, id: id))
                // Who has another serializer cannot know what is stored, as in Celery.
                guard first.serializer == second.serializer || first.serializer == .json else { continue }
                try await other.store(document(.failure, id: id))
                let stored = try await writer.document(for: id)
                #expect(stored?.state == .success, "\(first) \(second)")
                #expect(stored?.result == 1)
                #expect(try await other.document(for: id) == stored)
            }
        }
    }

    @Test func `what is no result protects nothing`() async throws {
        try await withRedis { _, redis in
            for garbage in ["x", "\0", "\0celery-compressed\0application/x-gzip\0x", "[]"] {
                _ = try await redis.send(RawCommand("SET", "celery-task-meta-t", garbage))
                let backend = RedisResultBackend(redis)
                try await backend.store(document(.started))
                #expect(try await backend.document(for: "t")?.state == .started)
            }
        }
    }

    @Test(arguments: forms)
    func `updates are read in every form`(settings: ResultSettings) async throws {
        try await withRedis { _, redis in
            let backend = RedisResultBackend(redis, settings: settings)
            try await backend.store(document(.started))
            let states = try await backend.withUpdates(of: "t") { updates in
                var states: [TaskState] = []
                for try await update in updates {
                    states.append(update.state)
                    if update.state == .started { try await backend.store(document(.success, 5)) }
                }
                return states
            }
            #expect(states == [.started, .success])
        }
    }

    @Test(arguments: forms)
    func `chords are counted in every form`(settings: ResultSettings) async throws {
        try await withRedis { _, redis in
            var settings = settings
            settings.chordExpires = .seconds(1000)
            let backend = RedisResultBackend(redis, settings: settings)
            func part(_ index: Int, _ state: TaskState = .success, unlessFailed: Bool = false) -> Effect {
                .endChordPart(
                    ChordPart(
                        group: "g",
                        index: index,
                        id: TaskID("p\(index)"),
                        state: state,
                        result: .integer(index),
                        unlessFailed: unlessFailed,
                        token: "token"
                    )
                )
            }
            let tree: JSONValue = [["g", nil], [[["p0", nil], nil]]]
            let starting = try await backend.apply([
                .startChord(group: "g", size: 2), .saveGroup(id: "g", result: tree),
            ])
            #expect(starting.isEmpty)
            #expect(try await redis.send(RawCommand("TTL", "celery-taskset-meta-g.s")).decodeInt() > 990)
            #expect(try await redis.send(RawCommand("TTL", "celery-taskset-meta-g.s")).decodeInt() <= 1000)
            #expect(try await redis.send(RawCommand("TTL", "celery-taskset-meta-g")).decodeInt() > 86000)
            // A part that has failed before is not counted again, whatever the form of its result.
            try await backend.store(document(.failure, ["exc_type": "E"], id: "p1"))
            #expect(try await backend.apply([part(1, .failure, unlessFailed: true)]).isEmpty)
            #expect(try await redis.send(RawCommand("EXISTS", "celery-taskset-meta-g.j")).decodeInt() == 0)
            #expect(try await backend.apply([part(1)]).isEmpty)
            #expect(try await redis.send(RawCommand("TTL", "celery-taskset-meta-g.j")).decodeInt() <= 1000)
            let claims = try await backend.apply([part(0)])
            #expect(claims.map(\.parts) == [[[1, "p0", "SUCCESS", 0], [1, "p1", "SUCCESS", 1]]])
            #expect(claims.first?.savedResult == tree)
            #expect(try await backend.savedGroup("g") == tree)
        }
    }

    @Test func `a completion looks at what its script cannot read, and is still one step`() async throws {
        try await withRedis { _, redis in
            let compressing = RedisResultBackend(redis, settings: .init(compression: .zlib))
            let plain = RedisResultBackend(redis)
            let fixture = BrokerFixture(redis: redis, broker: RedisBroker(redis), results: plain)
            try await consuming(fixture) { consumer in
                let ids = try await fixture.send(2)
                let deliveries = try await consumer.reserve { 2 }
                try await compressing.store(document(.success, "first", id: ids[0]))
                try await compressing.store(document(.started, id: ids[1]))
                for (id, delivery) in zip(ids, deliveries) {
                    let completion = Completion(
                        deliveries: [delivery],
                        effects: [.store(document(.success, "second", id: id))]
                    )
                    guard case .done = try await consumer.complete(completion, storingIn: plain) else {
                        Issue.record("not done")
                        return
                    }
                }
                #expect(try await plain.document(for: ids[0])?.result == "first")
                #expect(try await plain.document(for: ids[1])?.result == "second")
                #expect(try await fixture.held().hash == 0)
            }
        }
    }

    @Test func `the order of a header need not be kept`() async throws {
        try await withRedis { _, redis in
            let backend = RedisResultBackend(redis, settings: .init(keepsChordOrder: false))
            _ = try await backend.apply([.startChord(group: "g", size: 2)])
            var claims: [ChordClaim] = []
            for index in [1, 0] {
                let part = ChordPart(
                    group: "g",
                    index: index,
                    id: TaskID("p\(index)"),
                    state: .success,
                    result: .integer(index),
                    token: "t"
                )
                claims += try await backend.apply([.endChordPart(part)])
            }
            #expect(claims.first?.parts.compactMap { $0[3] } == [1, 0])
        }
    }

    @Test func `a report is stored when the server is back`() async throws {
        try await withRedis(timeout: .milliseconds(200)) { server, redis in
            let patient = RedisResultBackend(
                redis,
                settings: .init(retries: .init(writes: nil, start: .milliseconds(10), maximum: .milliseconds(10)))
            )
            let hasty = RedisResultBackend(redis, settings: .init(retries: .init(writes: 0)))
            await server.stop()
            await #expect(throws: CeleryError.self) { try await hasty.store(document(.started)) }
            await #expect(throws: CeleryError.self) { try await patient.document(for: "t") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await patient.store(document(.started)) }
                try await server.restart()
                try await group.waitForAll()
            }
            #expect(try await patient.document(for: "t")?.state == .started)
        }
    }

    @Test func `reading is tried again when everything is`() async throws {
        try await withRedis(timeout: .milliseconds(200)) { server, redis in
            let backend = RedisResultBackend(redis, settings: .init(retries: .init(always: true)))
            try await backend.store(document(.success, 1))
            await server.stop()
            let found = try await withThrowingTaskGroup(of: ResultDocument?.self) { group in
                group.addTask { try await backend.document(for: "t") }
                try await server.restart()
                return try await group.next() ?? nil
            }
            // The server keeps nothing; what counts is that it was asked again.
            #expect(found == nil)
        }
    }
}
