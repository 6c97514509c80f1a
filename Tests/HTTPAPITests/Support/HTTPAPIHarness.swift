import Celery
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded

@testable import HTTPAPI

/// The API without a socket, over whatever broker and result backend a test needs.
struct HTTPAPIHarness {
    var broker: any Broker = MemoryBroker()
    var results: any ResultBackend = MemoryResultBackend()
    var configuration = HTTPAPIConfiguration()
    var readiness: @Sendable () async throws -> Bool = { true }

    /// Answers one request.
    func respond(
        _ method: HTTPRequest.Method,
        _ path: String,
        headers: HTTPFields = [:],
        body: [UInt8] = []
    ) async throws -> Answer {
        let responder = buildResponder(
            client: CeleryClient(broker: broker, results: results),
            configuration: configuration,
            readiness: readiness
        )
        let head = HTTPRequest(method: method, scheme: "http", authority: "test", path: path, headerFields: headers)
        let context = BasicRequestContext(
            source: ApplicationRequestContextSource(
                channel: NIOAsyncTestingChannel(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: body)))
        let response = try await responder.respond(to: request, context: context)
        let collected = CollectingWriter.Bytes()
        try await response.body.write(CollectingWriter(bytes: collected))
        return Answer(
            status: response.status.code,
            headers: response.headers,
            body: String(buffer: collected.buffer)
        )
    }

    /// Posts JSON to the PDF route.
    func processPDF(_ body: String) async throws -> Answer {
        try await respond(
            .post,
            "/tasks/pdf/process",
            headers: [.contentType: "application/json"],
            body: Array(body.utf8)
        )
    }
}

/// What a client gets.
struct Answer: Hashable {
    var status: Int
    var headers: HTTPFields
    var body: String

    var json: JSONValue {
        get throws { try JSONValue(parsing: body) }
    }
}

/// Keeps what is written to it.
private struct CollectingWriter: ResponseBodyWriter {
    // Written by one task only, before it is read.
    final class Bytes {
        var buffer = ByteBuffer()
    }

    let bytes: Bytes

    mutating func write(_ buffer: ByteBuffer) async throws {
        var buffer = buffer
        bytes.buffer.writeBuffer(&buffer)
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
