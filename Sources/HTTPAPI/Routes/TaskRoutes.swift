import Celery
import Hummingbird
import PDFTasks

/// `/tasks`: sends tasks and tells how they are.
struct TaskRoutes: Sendable {
    private let client: CeleryClient
    private let pathRule: PathRule
    private let deadline: Duration?
    private let bodyLimit: Int

    init(client: CeleryClient, configuration: HTTPAPIConfiguration) {
        self.client = client
        pathRule = PathRule(roots: configuration.pdfRoots)
        deadline = configuration.deadline
        bodyLimit = configuration.bodyLimit
    }

    func add(to routes: inout RouteTable) {
        routes.on(.post, "/tasks/pdf/process") { request, _ in try await processPDF(request) }
        routes.on(.get, "/tasks/:task_id") { _, context in try await status(context) }
    }

    private func processPDF(_ request: Request) async throws -> Response {
        let body = try await SubmittedBody(of: request, limit: bodyLimit)
        let parameters = try ProcessPDF(body: body, pathRule: pathRule)
        let result = try await withDeadline(deadline) { try await client.send(parameters) }
        return Response(json: ["task_id": .string(result.id.rawValue), "status": "submitted"])
    }

    private func status(_ context: BasicRequestContext) async throws -> Response {
        let id = TaskID(percentDecoded(context.parameters["task_id"] ?? ""))
        let document = try await withDeadline(deadline) { try await client.result(id).document() }
        return Response(json: TaskStatus(id: id, document: document).json)
    }
}

/// A part of a path as text; bytes that are no UTF-8 become replacement characters, as in Python's servers.
private func percentDecoded(_ component: Substring) -> String {
    guard component.utf8.contains(UInt8(ascii: "%")) else { return String(component) }
    var decoded: [UInt8] = []
    var rest = component.utf8[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), let escaped = hexadecimalByte(rest.prefix(2)) {
            decoded.append(escaped)
            rest.removeFirst(2)
        } else {
            decoded.append(byte)
        }
    }
    return String(decoding: decoded, as: UTF8.self)
}

private func hexadecimalByte(_ digits: Substring.UTF8View.SubSequence) -> UInt8? {
    guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
    return UInt8(Substring(digits), radix: 16)
}
