import Celery
import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite("GET /tasks/{task_id}")
struct StatusTests {
    @Test(arguments: [
        ("plain-id", "plain-id"), ("a%20b", "a b"), ("a%2Fb", "a/b"), ("%e6%8a%a5", "报"), ("%", "%"), ("%4", "%4"),
        ("%zz%41", "%zzA"), ("%ff", "\u{FFFD}"), ("a+b", "a+b"), ("x?verbose=true", "x"),
    ])
    func `the id is taken from the path`(written: String, meant: String) async throws {
        let results = MemoryResultBackend()
        try await results.store(ResultDocument(taskID: TaskID(meant), state: .success, result: 1))
        let answer = try await HTTPAPIHarness(results: results).respond(.get, "/tasks/\(written)")
        #expect(try answer.json == ["task_id": .string(meant), "state": "SUCCESS", "result": 1, "progress": nil])
    }

    @Test func `a task is followed from submission to success`() async throws {
        let results = MemoryResultBackend()
        let api = HTTPAPIHarness(results: results)
        let submitted = try await api.processPDF(#"{"pdf_path":"/tmp/a.pdf","pdf_id":"1"}"#)
        let id = try #require(submitted.json["task_id"]?.stringValue)
        let answer: () async throws -> String = { try await api.respond(.get, "/tasks/\(id)").body }
        #expect(try await answer() == #"{"task_id":"\#(id)","state":"PENDING","result":null,"progress":null}"#)

        let meta: JSONValue = ["current": 2, "total": 4, "message": "分块"]
        try await results.store(ResultDocument(taskID: TaskID(id), state: .progress, result: meta))
        let progress = #"{"current":2,"total":4,"message":"分块"}"#
        #expect(try await answer() == #"{"task_id":"\#(id)","state":"PROGRESS","result":null,"progress":\#(progress)}"#)

        try await results.store(ResultDocument(taskID: TaskID(id), state: .success, result: ["chunks": 3]))
        #expect(
            try await answer() == #"{"task_id":"\#(id)","state":"SUCCESS","result":{"chunks":3},"progress":null}"#
        )
    }

    @Test func `a failure that is no exception is told as it is`() async throws {
        // FastAPI with Celery 5.7 answers 500 here.
        let results = MemoryResultBackend()
        try await results.store(ResultDocument(taskID: "x", state: .failure, result: "oops"))
        let answer = try await HTTPAPIHarness(results: results).respond(.get, "/tasks/x")
        #expect(try answer.json["result"] == ["error": "oops"])
    }

    @Test func `HEAD is GET without the body`() async throws {
        let api = HTTPAPIHarness()
        let get = try await api.respond(.get, "/tasks/x")
        let head = try await api.respond(.head, "/tasks/x")
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
        #expect(head.headers == get.headers)
        #expect(try await api.respond(.head, "/tasks/pdf/process").status == 405)
        #expect(try await api.respond(.head, "/nope").status == 404)
    }
}
