import Foundation
import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

@testable import Celery

/// A worker that reads signed messages alone, and signs its own.
@Suite(.timeLimit(.minutes(1)), .enabled(if: Serializer.auth.isAvailable, "needs the package trait Auth"))
struct SignedFleetTests {
    private let broker = MemoryBroker()
    private let results: MemoryResultBackend
    private let content: ContentSettings

    init() throws {
        let security = try Fixture.security()
        content = ContentSettings(accepted: [.auth], serializer: .auth, security: security)
        results = MemoryResultBackend(settings: ResultSettings(serializer: .auth, security: security))
    }

    private func running(_ body: @escaping @Sendable (CeleryClient) async throws -> Void) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var configuration = WorkerConfiguration(nodeName: "w@test", pool: .async(1))
        configuration.content = content
        var worker = Worker(broker: broker, results: results, configuration: configuration, logger: logger)
        worker.register(Add.self) { parameters, context in
            // The first run asks for another one, with other arguments.
            if context.request.retries == 0, parameters.x < 0 {
                throw Retry(after: .zero, args: [.integer(-parameters.x), .integer(parameters.y)], kwargs: [:])
            }
            return parameters.x + parameters.y
        }
        let running = worker
        let (broker, results, content) = (broker, results, content)
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await running.run() }
                try await body(CeleryClient(broker: broker, results: results, content: content))
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }

    @Test func `tasks, what follows them, and retries with other arguments are signed`() async throws {
        try await running { client in
            let chain = Signature.chain([
                Signature("add", args: [-1, 2]), Signature("add", args: [3]), Signature("add", args: [4]),
            ])
            let sum: JSONValue = try await client.apply(chain).value(timeout: .seconds(20))
            #expect(sum == 10)
        }
        #expect(broker.deadLetters.isEmpty)
    }

    @Test func `what was tampered with, and what is not signed, fails and is kept aside`() async throws {
        let call = TaskCall(task: "add", args: [1, 2])
        var tampered = try call.message(content)
        let signed = try SignedContent(unpacking: tampered.body)
        let other = TaskCall(task: "add", args: [1, 3]).message().body
        tampered.body = SignedContent.pack(signer: signed.signer, signature: signed.signature, other, .json)
        let unsigned = TaskCall(task: "add", args: [1, 4])
        let messages = [tampered, unsigned.message()]
        let (tamperedID, unsignedID) = (call.id, unsigned.id)
        try await broker.publish(messages.map { OutgoingMessage(queue: "celery", message: $0) })
        try await running { client in
            for (id, type, words) in [
                (tamperedID, "DecodeError", "body has a bad signature"),
                (unsignedID, "ContentDisallowed", "untrusted content of type json"),
            ] {
                let error = await #expect(throws: PythonException.self) {
                    try await client.result(id).value(timeout: .seconds(20))
                }
                #expect(error?.type == type)
                #expect(error?.message.contains(words) == true)
            }
        }
        #expect(broker.deadLetters.count == 2)
    }
}
