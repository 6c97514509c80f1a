import Celery
import HTTPTypes
import Logging
import Testing

@testable import HTTPAPI

@Suite("POST /tasks/pdf/process")
struct SubmitTests {
    private func sentMessage(in broker: MemoryBroker) async throws -> TaskMessage {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let deliveries = try await broker.makeConsumer(.init(queues: ["celery"]), logger: logger).reserve { 10 }
        #expect(deliveries.count == 1)
        return try TaskMessage(Message(envelope: #require(deliveries.first).envelope))
    }

    @Test func `the task is sent with its two arguments as keywords`() async throws {
        let broker = MemoryBroker()
        let answer = try await HTTPAPIHarness(broker: broker)
            .processPDF(#"{"pdf_id": "test_123", "pdf_path": "/tmp/报告.pdf", "other": 1}"#)
        #expect(answer.status == 200)
        let message = try await sentMessage(in: broker)
        #expect(message.task == "process_pdf_task")
        #expect(message.args.isEmpty)
        #expect(message.kwargs == ["pdf_path": "/tmp/报告.pdf", "pdf_id": "test_123"])
        #expect(answer.body == #"{"task_id":"\#(message.id)","status":"submitted"}"#)
    }

    @Test func `what is refused is not sent`() async throws {
        let broker = MemoryBroker()
        let answer = try await HTTPAPIHarness(broker: broker).processPDF(#"{"pdf_path": "a"}"#)
        #expect(answer.status == 422)
        #expect(broker.count(in: "celery") == 0)
    }

    @Test func `a path with a null character is refused and echoed`() async throws {
        let answer = try await HTTPAPIHarness().processPDF(#"{"pdf_path":"/tmp/a\u0000.pdf","pdf_id":1}"#)
        #expect(answer.status == 422)
        let path =
            #"{"type":"path_null_character","loc":["body","pdf_path"],"#
            + #""msg":"Path should not contain a null character","input":"/tmp/a\u0000.pdf"}"#
        let id = #"{"type":"string_type","loc":["body","pdf_id"],"msg":"Input should be a valid string","input":1}"#
        #expect(answer.body == #"{"detail":[\#(path),\#(id)]}"#)
    }

    @Test func `text with a lone surrogate is refused in pydantic's words`() async throws {
        let answer = try await HTTPAPIHarness().processPDF(#"{"pdf_path":"\ud800","pdf_id":"1"}"#)
        #expect(answer.status == 422)
        let fault = try answer.json["detail"]?[0]
        #expect(fault?["type"] == "string_unicode")
        #expect(fault?["loc"] == ["body", "pdf_path"])
        #expect(fault?["input"] == .brokenString([0xD800]))
    }

    @Test func `numbers that other readers do not know are echoed as null`() async throws {
        // FastAPI 0.165 answers 500 here.
        let answer = try await HTTPAPIHarness().processPDF(#"{"pdf_path":NaN,"pdf_id":-Infinity}"#)
        #expect(answer.status == 422)
        #expect(try answer.json["detail"]?[0]?["input"] == .null)
    }

    @Test func `a body that is neither JSON nor UTF-8 is refused as text`() async throws {
        // FastAPI 0.165 answers 500 here.
        let answer = try await HTTPAPIHarness()
            .respond(.post, "/tasks/pdf/process", headers: [.contentType: "text/plain"], body: [0xFF, 0x61])
        #expect(answer.status == 422)
        #expect(try answer.json["detail"]?[0]?["input"] == "\u{FFFD}a")
    }

    @Test func `nesting without end is refused`() async throws {
        let answer = try await HTTPAPIHarness().processPDF(String(repeating: "[", count: 100_000))
        #expect(answer.status == 400)
        #expect(answer.body == #"{"detail":"There was an error parsing the body"}"#)
    }

    @Test func `a path outside of the allowed folders is refused without naming them`() async throws {
        let broker = MemoryBroker()
        let configuration = HTTPAPIConfiguration(pdfRoots: ["/srv/secret-root"])
        let api = HTTPAPIHarness(broker: broker, configuration: configuration)
        let answer = try await api.processPDF(#"{"pdf_path":"/srv/secret-root/../x.pdf","pdf_id":"1"}"#)
        #expect(answer.status == 422)
        let expected =
            #"{"detail":[{"type":"path_not_allowed","loc":["body","pdf_path"],"#
            + #""msg":"Path should be below one of the allowed folders","input":"/srv/secret-root/../x.pdf"}]}"#
        #expect(answer.body == expected)
        #expect(broker.count(in: "celery") == 0)
        #expect(try await api.processPDF(#"{"pdf_path":"/srv/secret-root/x.pdf","pdf_id":"1"}"#).status == 200)
        // As it was written, for the worker resolves links before dots.
        #expect(try await api.processPDF(#"{"pdf_path":"/srv/secret-root/a/../y.pdf","pdf_id":"2"}"#).status == 200)
        #expect(broker.count(in: "celery") == 2)
    }

    @Test func `a body over the limit is refused, announced or not`() async throws {
        let api = HTTPAPIHarness(configuration: .init(bodyLimit: 100))
        let short = #"{"pdf_path":"a","pdf_id":"b"}"#
        #expect(try await api.processPDF(short + String(repeating: " ", count: 100 - short.utf8.count)).status == 200)
        let unannounced = try await api.processPDF(short + String(repeating: " ", count: 101 - short.utf8.count))
        #expect(unannounced.status == 413)
        #expect(unannounced.body == #"{"detail":"Request body is larger than 100 bytes"}"#)
        let announced = try await api.respond(
            .post,
            "/tasks/pdf/process",
            headers: [.contentType: "application/json", .contentLength: "101"],
            body: Array(short.utf8)
        )
        #expect(announced.status == 413)
    }
}
