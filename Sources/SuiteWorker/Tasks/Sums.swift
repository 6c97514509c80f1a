import Celery

/// Python's `+` and `*` on JSON values.
enum Sums {
    /// `left + right`: of numbers, texts or lists.
    static func add(_ left: JSONValue, _ right: JSONValue) throws -> JSONValue {
        switch (left, right) {
        case (.integer(let left), .integer(let right)):
            let (sum, overflow) = left.addingReportingOverflow(right)
            guard !overflow else { throw PythonException("OverflowError", message: "the sum is too large") }
            return .integer(sum)
        case (.string(let left), .string(let right)):
            return .string(left + right)
        case (.array(let left), .array(let right)):
            return .array(left + right)
        default:
            guard let first = left.doubleValue, let second = right.doubleValue else {
                throw unsupported("+", left, right)
            }
            return .double(first + second)
        }
    }

    /// `left * right`, of numbers.
    static func multiply(_ left: JSONValue, _ right: JSONValue) throws -> JSONValue {
        if case (.integer(let left), .integer(let right)) = (left, right) {
            let (product, overflow) = left.multipliedReportingOverflow(by: right)
            guard !overflow else { throw PythonException("OverflowError", message: "the product is too large") }
            return .integer(product)
        }
        guard let first = left.doubleValue, let second = right.doubleValue else { throw unsupported("*", left, right) }
        return .double(first * second)
    }

    /// `sum(values)`.
    static func of(_ values: [JSONValue]) throws -> JSONValue {
        try values.reduce(0) { try add($0, $1) }
    }

    private static func unsupported(_ sign: String, _ left: JSONValue, _ right: JSONValue) -> PythonException {
        .typeError("unsupported operand type(s) for \(sign): '\(left.pythonType)' and '\(right.pythonType)'")
    }
}

extension JSONValue {
    /// What `type(value).__name__` is.
    fileprivate var pythonType: String {
        switch self {
        case .null: "NoneType"
        case .bool: "bool"
        case .integer, .bigInteger: "int"
        case .double: "float"
        case .string, .brokenString: "str"
        case .array: "list"
        case .object: "dict"
        }
    }

    /// What `bool(value)` is.
    var isTruthy: Bool {
        switch self {
        case .null: false
        case .bool(let value): value
        case .integer(let value): value != 0
        case .bigInteger: true
        case .double(let value): value != 0
        case .string(let value): !value.isEmpty
        case .brokenString: true
        case .array(let elements): !elements.isEmpty
        case .object(let members): !members.isEmpty
        }
    }
}
