import Celery
import Foundation
import HTTPTypes
import Testing

/// What the Python service answered, as captured in the fixtures.
enum Capture {
    /// One request and its answer.
    struct Exchange: Sendable, CustomTestStringConvertible {
        var name: String
        var method: HTTPRequest.Method
        var path: String
        var contentType: String?
        var body: [UInt8]
        var status: Int
        var allow: String?
        var answer: String

        var testDescription: String { name }
    }

    /// One stored result and the answer about it.
    struct Outcome: Sendable, CustomTestStringConvertible {
        var name: String
        var document: String?
        var answer: String

        var testDescription: String { name }
    }

    static func exchanges() throws -> [Exchange] {
        try rows("requests").map { row in
            let request = try #require(row["request"])
            let encoded = request["body_base64"]?.stringValue.flatMap { Data(base64Encoded: $0) }
            return Exchange(
                name: try text(row, "case"),
                method: try #require(HTTPRequest.Method(rawValue: text(request, "method"))),
                path: try text(request, "path"),
                contentType: request["content_type"]?.stringValue,
                body: encoded.map { Array($0) } ?? Array((request["body"]?.stringValue ?? "").utf8),
                status: try #require(row["status"]?.intValue),
                allow: row["allow"]?.stringValue,
                answer: try text(row, "body")
            )
        }
    }

    static func outcomes() throws -> [Outcome] {
        try rows("results").map { row in
            Outcome(
                name: try text(row, "case"),
                document: row["document"]?.stringValue,
                answer: try text(row, "body")
            )
        }
    }

    private static func rows(_ kind: String) throws -> [JSONValue] {
        let file = Bundle.module.bundleURL.appendingPathComponent("Fixtures/fastapi-\(kind).json")
        return try #require(JSONValue(parsing: Array(Data(contentsOf: file)))[kind]?.arrayValue)
    }

    private static func text(_ object: JSONValue, _ member: String) throws -> String {
        try #require(object[member]?.stringValue)
    }
}
