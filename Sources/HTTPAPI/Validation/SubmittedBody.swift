import Celery
import HTTPTypes
import Hummingbird
import NIOCore

/// The body of a request, as FastAPI reads it for a route that expects JSON.
enum SubmittedBody {
    /// There is none.
    case absent
    /// JSON that is declared as such.
    case json(JSONValue)
    /// Anything that is not declared as JSON.
    case text(String)

    /// Reads the body of a request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - limit: The largest size in bytes.
    /// - Throws: ``APIError``.
    init(of request: Request, limit: Int) async throws {
        let bytes = try await Self.bytes(of: request, limit: limit)
        guard !bytes.isEmpty else {
            self = .absent
            return
        }
        guard Self.isJSON(request.headers[.contentType]) else {
            self = .text(String(decoding: bytes, as: UTF8.self))
            return
        }
        // Python's json module takes a byte order mark for granted.
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        do {
            self = .json(try JSONValue(parsing: text))
        } catch {
            guard error.code == .syntax, let fault = JSONSyntaxFault(in: text) else { throw APIError.unreadableBody }
            throw APIError.validation([.invalidJSON(fault)])
        }
    }

    private static func bytes(of request: Request, limit: Int) async throws -> [UInt8] {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw APIError.bodyTooLarge(limit: limit)
        }
        do {
            return Array(try await request.body.collect(upTo: limit).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw APIError.bodyTooLarge(limit: limit)
        } catch {
            throw APIError.unreadableBody
        }
    }

    /// Whether a content type means JSON: `application/json` or `application/…+json`, whatever its parameters.
    private static func isJSON(_ contentType: String?) -> Bool {
        guard let contentType, let type = contentType.split(separator: ";", omittingEmptySubsequences: false).first
        else {
            return false
        }
        let parts = type.trimmed.lowercased().split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "application" else { return false }
        return parts[1] == "json" || parts[1].hasSuffix("+json")
    }
}

extension Substring {
    /// The text without blanks and tabs around it.
    fileprivate var trimmed: Substring {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        guard let last = lastIndex(where: { !isBlank($0) }) else { return "" }
        return self[...last].drop(while: isBlank)
    }
}
