import Celery
import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite("While the broker or the result backend is away")
struct UnavailableTests {
    private let refusal = #"{"detail":"The task queue cannot be reached now, try again later"}"#

    @Test func `both routes answer 503, without telling where the server is`() async throws {
        let api = HTTPAPIHarness(broker: Absent(), results: Absent())
        for answer in [
            try await api.processPDF(#"{"pdf_path":"a","pdf_id":"b"}"#), try await api.respond(.get, "/tasks/x"),
        ] {
            #expect(answer.status == 503)
            #expect(answer.body == refusal)
            #expect(answer.headers[.retryAfter] == "2")
            #expect(answer.headers[.contentType] == "application/json")
        }
    }

    @Test func `a server that never answers is given up after the deadline`() async throws {
        let api = HTTPAPIHarness(
            broker: Gated(),
            results: Gated(),
            configuration: .init(deadline: .milliseconds(10)),
            readiness: {
                try await Gate().pass()
                return true
            }
        )
        #expect(try await api.processPDF(#"{"pdf_path":"a","pdf_id":"b"}"#).status == 503)
        #expect(try await api.respond(.get, "/tasks/x").status == 503)
        #expect(try await api.respond(.get, "/readyz").status == 503)
    }

    @Test func `without a deadline the client's own limits hold`() async throws {
        let api = HTTPAPIHarness(broker: Absent(), configuration: .init(deadline: nil))
        #expect(try await api.processPDF(#"{"pdf_path":"a","pdf_id":"b"}"#).status == 503)
        #expect(try await api.respond(.get, "/tasks/x").status == 200)
    }

    @Test func `a bad request is still told so`() async throws {
        let api = HTTPAPIHarness(broker: Absent(), results: Absent())
        #expect(try await api.processPDF("{}").status == 422)
        #expect(try await api.respond(.delete, "/tasks/x").status == 405)
    }

    @Test func `it stays alive but is not ready`() async throws {
        let api = HTTPAPIHarness(readiness: { false })
        #expect(try await api.respond(.get, "/livez").body == #"{"status":"ok"}"#)
        let answer = try await api.respond(.get, "/readyz")
        #expect(answer.status == 503)
        #expect(answer.body == refusal)
        #expect(answer.headers[.retryAfter] == "2")
        let failing = HTTPAPIHarness(readiness: { throw CeleryError(.unavailable, "redis.internal") })
        #expect(try await failing.respond(.get, "/readyz").body == refusal)
    }

    @Test func `it is ready when everything answers`() async throws {
        let answer = try await HTTPAPIHarness().respond(.get, "/readyz")
        #expect(answer.status == 200)
        #expect(answer.body == #"{"status":"ok"}"#)
    }

    @Test func `any other failure is a 500 that tells nothing`() async throws {
        let answer = try await HTTPAPIHarness(results: Garbled()).respond(.get, "/tasks/x")
        #expect(answer.status == 500)
        #expect(answer.body == #"{"detail":"Internal Server Error"}"#)
    }
}
