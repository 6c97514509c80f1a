import Celery
import HTTPTypes
import Hummingbird

/// A refusal, in the shape that FastAPI gives it: `{"detail": …}`.
struct APIError: Error, HTTPResponseError {
    /// The status of the response.
    var status: HTTPResponse.Status
    /// A sentence, or the list of what is wrong with the request.
    var detail: JSONValue
    /// Further header fields.
    var headers: HTTPFields = [:]

    func response(from request: Request, context: some RequestContext) throws -> Response {
        Response(self)
    }
}

extension APIError {
    /// No such path.
    static let notFound = APIError(status: .notFound, detail: "Not Found")

    /// The body cannot be read, or is no text.
    static let unreadableBody = APIError(status: .badRequest, detail: "There was an error parsing the body")

    /// Something went wrong that the client has no part in.
    static let internalServerError = APIError(status: .internalServerError, detail: "Internal Server Error")

    /// The broker or the result backend is away.
    ///
    /// A task may have been queued all the same, when only the confirmation got lost: who repeats the request may run
    /// the task twice.
    static let unavailable = APIError(
        status: .serviceUnavailable,
        detail: "The task queue cannot be reached now, try again later",
        headers: [.retryAfter: "2"]
    )

    /// The path is there, the method is not.
    ///
    /// - Parameter methods: The methods of the path; HEAD comes with GET and is not listed, as in FastAPI.
    /// - Returns: The error.
    static func methodNotAllowed(allowing methods: [HTTPRequest.Method]) -> APIError {
        APIError(
            status: .methodNotAllowed,
            detail: "Method Not Allowed",
            headers: [.allow: methods.map(\.rawValue).joined(separator: ", ")]
        )
    }

    /// The body is longer than allowed.
    ///
    /// - Parameter limit: The largest size in bytes.
    /// - Returns: The error.
    static func bodyTooLarge(limit: Int) -> APIError {
        APIError(status: .contentTooLarge, detail: .string("Request body is larger than \(limit) bytes"))
    }

    /// The request does not say what the route needs.
    ///
    /// - Parameter faults: What is wrong, in the order of the fields.
    /// - Returns: The error.
    static func validation(_ faults: [ValidationFault]) -> APIError {
        APIError(status: .unprocessableContent, detail: .array(faults.map(\.json)))
    }
}
