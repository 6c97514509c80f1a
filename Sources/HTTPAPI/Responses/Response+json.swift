import Celery
import HTTPTypes
import Hummingbird

extension Response {
    /// Answers with JSON, written as FastAPI writes it: no blanks, UTF-8 as it is, `null` for NaN and the infinities.
    ///
    /// - Parameters:
    ///   - json: The body.
    ///   - status: The status.
    ///   - headers: Further header fields.
    init(json: JSONValue, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
        var headers = headers
        headers[.contentType] = "application/json"
        let bytes = json.serialized(.interchange)
        self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Answers with a refusal.
    init(_ error: APIError) {
        self.init(json: ["detail": error.detail], status: error.status, headers: error.headers)
    }
}
