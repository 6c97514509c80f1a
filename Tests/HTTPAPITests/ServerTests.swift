import Celery
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@testable import HTTPAPI

@Suite("As a service on a socket", .timeLimit(.minutes(1)))
struct ServerTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs the API on a free port, and stops it when `body` is done.
    private func withServer(
        results: any ResultBackend = MemoryResultBackend(),
        _ body: @Sendable (_ port: Int, _ group: ServiceGroup) async throws -> Void
    ) async throws {
        let (ports, port) = AsyncStream<Int>.makeStream()
        let application = buildApplication(
            client: CeleryClient(broker: MemoryBroker(), results: results),
            configuration: .init(port: 0),
            readiness: { true },
            logger: logger,
            onListening: { host, number in
                #expect(host == "127.0.0.1")
                port.yield(number)
            }
        )
        let group = ServiceGroup(services: [application], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let number = try #require(await ports.first { _ in true })
            #expect(number > 0)
            try await body(number, group)
            await group.triggerGracefulShutdown()
            // Ends only when the service does, and throws what it throws.
            try await tasks.waitForAll()
        }
    }

    /// Sends a text and nothing more, and returns all that comes back until the server closes the connection.
    private func exchange(_ request: String, port: Int) async throws -> String {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            outbound.finish()
            var received = ByteBuffer()
            for try await var part in inbound { received.writeBuffer(&part) }
            return String(buffer: received)
        }
    }

    @Test func `requests are answered one after another, and the last one closes the connection`() async throws {
        try await withServer { port, _ in
            let body = #"{"pdf_path":"/tmp/a.pdf","pdf_id":"1"}"#
            let answer = try await exchange(
                "POST /tasks/pdf/process HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n"
                    + "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
                    + "DELETE /tasks/x HTTP/1.1\r\nHost: test\r\n\r\n"
                    + "GET /tasks/x HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n",
                port: port
            )
            #expect(answer.matches(of: /HTTP\/1\.1 (\d+)/).map(\.1) == ["200", "405", "200"])
            #expect(answer.contains(#","status":"submitted"}"#))
            #expect(answer.hasSuffix(#"{"task_id":"x","state":"PENDING","result":null,"progress":null}"#))
        }
    }

    @Test func `a request under way is answered before the service ends`() async throws {
        let results = Gated()
        try await withServer(results: results) { port, group in
            async let answer = exchange("GET /tasks/x HTTP/1.1\r\nHost: test\r\n\r\n", port: port)
            await results.gate.waitForArrival()
            await group.triggerGracefulShutdown()
            results.gate.open()
            let text = try await answer
            #expect(text.hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    @Test(arguments: [
        "Content-Length: 50\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ])
    func `a body that breaks off or is garbled is refused once`(rest: String) async throws {
        try await withServer { port, _ in
            let head = "POST /tasks/pdf/process HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
            let answer = try await exchange(head + rest, port: port)
            #expect(answer.matches(of: /HTTP\/1\.1 (\d+)/).map(\.1) == ["400"])
        }
    }

    @Test func `what is not HTTP is refused`() async throws {
        try await withServer { port, _ in
            let answer = try await exchange("nonsense\r\n\r\n", port: port)
            #expect(answer.hasPrefix("HTTP/1.1 400"))
        }
    }
}
