import Logging
import ServiceLifecycle
import Testing

@testable import Celery

/// Chains, groups and chords run by a worker in memory.
@Suite struct CanvasWorkerTests {
    private struct Fail: TaskParameters {
        static let taskName = "fail"
        typealias Output = JSONValue
        var any: RawArguments
    }

    private struct Join: TaskParameters {
        static let taskName = "join"
        typealias Output = Int
        var n: Int
    }

    private struct Replaced: TaskParameters {
        static let taskName = "replaced"
        typealias Output = JSONValue
        var n: Int
    }

    private let broker = MemoryBroker()
    private let results = MemoryResultBackend()

    private func add(_ args: JSONValue...) -> Signature { Signature("add", args: args) }
    private var sum: Signature { Signature("sum") }
    private var fail: Signature { Signature("fail") }

    /// Runs a canvas to its end.
    private func value(of signature: Signature) async throws -> JSONValue {
        try await document(of: signature).result
    }

    private func document(of signature: Signature) async throws -> ResultDocument {
        var configuration = WorkerConfiguration(nodeName: "w@test", pool: .async(4))
        configuration.drainTimeout = .seconds(5)
        var worker = Worker(
            broker: broker,
            results: results,
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        worker.register(Add.self) { call, _ in call.x + call.y }
        worker.register(Sum.self) { call, _ in call.numbers.reduce(0, +) }
        worker.register(Fail.self) { _, _ in throw PythonException.valueError("no") }
        worker.register(Join.self) { call, context in
            for n in 0..<call.n { try await context.addToChord(Signature("add", args: [.integer(n), 0])) }
            return 100
        }
        worker.register(Replaced.self) { call, context in
            try context.replace(with: .group((0..<call.n).map { Signature("add", args: [.integer($0), 1]) }))
        }
        let running = worker
        return try await withThrowingTaskGroup(of: Void.self) { group in
            let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let services = ServiceGroup(services: [running], logger: silent)
            group.addTask { try await services.run() }
            var sender = CanvasSender(.init())
            let result = try #require(try sender.send(CanvasNode(signature)))
            try await broker.perform(sender.effects, storingIn: results)
            let document = try await final(result.id)
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
            return document
        }
    }

    private func final(_ id: String) async throws -> ResultDocument {
        try await results.withUpdates(of: TaskID(id)) { updates in
            for try await document in updates where document.state.isReady { return document }
            throw CeleryError(.timedOut, "the updates ended")
        }
    }

    @Test func `a chain hands each result on`() async throws {
        #expect(try await value(of: .chain(add(1, 2), add(3), add(4))) == 10)
    }

    @Test func `a chord's body gets the results of its header`() async throws {
        #expect(try await value(of: .chord((0..<20).map { add(.integer($0), 1) }, body: sum)) == 210)
    }

    @Test func `a group in a chain becomes the header of a chord`() async throws {
        #expect(try await value(of: .chain(add(1, 1), .group([add(1), add(2)]), sum, add(10))) == 17)
    }

    @Test func `a failed chain fails to its end`() async throws {
        let document = try await document(of: .chain(add(1, 1), fail, add(1), add(1)))
        #expect(document.state == .failure)
        #expect(document.exception?.type == "ValueError")
    }

    @Test func `a failed part fails the body of its chord`() async throws {
        let document = try await document(of: .chord([add(1, 1), fail], body: sum))
        #expect(document.exception?.type == "ChordError")
    }

    @Test func `a failed part fails the bodies of all chords around it`() async throws {
        let inner = Signature.chord([add(1, 1), fail], body: sum)
        let document = try await document(of: .chord([inner, add(1, 1)], body: sum))
        #expect(document.exception?.type == "ChordError")
    }

    @Test func `a task that nobody has counts as a failed part`() async throws {
        let document = try await document(of: .chord([add(1, 1), Signature("missing")], body: sum))
        #expect(document.exception?.message.contains("missing") == true)
    }

    @Test func `an empty header sends the body at once`() async throws {
        #expect(try await value(of: .chord([], body: sum)) == 0)
    }

    @Test func `tasks can join the chord they are in`() async throws {
        let join = Signature("join", args: [3])
        #expect(try await value(of: .chord([join, add(1, 1)], body: sum)) == 105)
    }

    @Test func `a task can be replaced by a group, in the middle of a chain`() async throws {
        let replaced = Signature("replaced", args: [3])
        #expect(try await value(of: .chain(replaced, sum)) == 6)
    }

    @Test func `a map calls its task for each element`() async throws {
        #expect(try await value(of: .map(sum, [[1, 2], [3]])) == [3, 3])
    }

    @Test func `a starmap calls its task with each list of arguments`() async throws {
        #expect(try await value(of: .starmap(add(), [[1, 2], [3, 4]])) == [3, 7])
    }
}
