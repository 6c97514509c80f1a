import Celery
import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite("Compared with the Python service")
struct FastAPIComparisonTests {
    @Test(arguments: try Capture.exchanges())
    func `a request gets the same answer, byte for byte`(exchange: Capture.Exchange) async throws {
        var headers = HTTPFields()
        headers[.contentType] = exchange.contentType
        let answer = try await HTTPAPIHarness()
            .respond(exchange.method, exchange.path, headers: headers, body: exchange.body)
        #expect(answer.status == exchange.status)
        #expect(answer.headers[.contentType] == "application/json")
        #expect(answer.headers[.allow] == exchange.allow)
        var body = answer.body
        if exchange.answer.contains("<task_id>") {
            let id = try #require(answer.json["task_id"]?.stringValue)
            #expect(id.utf8.count == 36)
            body = body.replacing(id, with: "<task_id>")
        }
        #expect(body == exchange.answer)
        #expect(answer.headers[.contentLength] == String(answer.body.utf8.count))
    }

    @Test(arguments: try Capture.outcomes())
    func `a stored result is told in the same words, byte for byte`(outcome: Capture.Outcome) async throws {
        let results = MemoryResultBackend()
        if let document = outcome.document {
            try await results.store(ResultDocument(parsing: Array(document.utf8)))
        }
        let answer = try await HTTPAPIHarness(results: results).respond(.get, "/tasks/x")
        #expect(answer.status == 200)
        #expect(answer.body == outcome.answer)
    }

    @Test func `the capture is complete`() throws {
        // A lost fixture would make the two tests above pass without a single case.
        #expect(try Capture.exchanges().count > 130)
        #expect(try Capture.outcomes().count > 70)
    }
}
