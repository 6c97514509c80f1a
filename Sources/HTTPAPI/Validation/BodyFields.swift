import Celery

/// Takes the fields of a request's body one by one and remembers everything that is wrong with them.
struct BodyFields {
    private let object: JSONObject
    private(set) var faults: [ValidationFault] = []

    /// Opens a body; what is not an object has no fields.
    ///
    /// - Parameter body: The body.
    /// - Throws: ``APIError``.
    init(_ body: SubmittedBody) throws(APIError) {
        switch body {
        case .absent: throw .validation([.missing(["body"], in: .null)])
        case .json(.object(let object)): self.object = object
        case .json(let value): throw .validation([.notAnObject(value)])
        case .text(let text): throw .validation([.notAnObject(.string(text))])
        }
    }

    /// Takes a text.
    ///
    /// - Parameters:
    ///   - name: The field.
    ///   - fault: Tells what is wrong with a text, if anything.
    /// - Returns: The text; nil when there is a fault.
    mutating func text(
        _ name: String,
        fault: (_ text: String, _ location: [JSONValue]) -> ValidationFault? = { _, _ in nil }
    ) -> String? {
        let location: [JSONValue] = ["body", .string(name)]
        switch object[name] {
        case .string(let text):
            guard let fault = fault(text, location) else { return text }
            faults.append(fault)
        case .brokenString(let units): faults.append(.brokenText(location, .brokenString(units)))
        case let value?: faults.append(.notText(location, value))
        case nil: faults.append(.missing(location, in: .object(object)))
        }
        return nil
    }
}
