import Celery
import Foundation
import Logging

/// `identity(x)`.
struct Identity: TaskParameters {
    static let taskName = SuiteName.of("identity")
    typealias Output = JSONValue
    var x: JSONValue
}

/// `add(x, y, z=None)`.
struct Add: TaskParameters {
    static let taskName = SuiteName.of("add")
    typealias Output = JSONValue
    var x: JSONValue
    var y: JSONValue
    var z: JSONValue?
}

/// A task of two operands: `mul(x, y)`, which also stands for sums under other names.
struct Operands: TaskParameters {
    static let taskName = SuiteName.of("mul")
    typealias Output = JSONValue
    var x: JSONValue
    var y: JSONValue
}

/// `tsum(nums)`, which also stands for `xsum(nums)`.
struct Numbers: TaskParameters {
    static let taskName = SuiteName.of("tsum")
    typealias Output = JSONValue
    var nums: [JSONValue]
}

/// `return_exception(e)`.
struct ReturnException: TaskParameters {
    static let taskName = SuiteName.of("return_exception")
    typealias Output = JSONValue
    var e: JSONValue
}

/// A task without parameters that returns a value: `replaced_with_me()`.
struct NoArguments: TaskParameters {
    static let taskName = SuiteName.of("replaced_with_me")
    typealias Output = JSONValue
}

/// `write_to_file_and_return_int(file_name, i)`.
struct WriteToFile: TaskParameters {
    static let taskName = SuiteName.of("write_to_file_and_return_int")
    typealias Output = Int
    var fileName: String
    var i: Int

    enum CodingKeys: String, CodingKey {
        case fileName = "file_name"
        case i
    }
}

/// `print_unicode(log_message=…, print_message=…)`.
struct PrintUnicode: TaskParameters {
    static let taskName = SuiteName.of("print_unicode")
    var logMessage: JSONValue?
    var printMessage: JSONValue?

    enum CodingKeys: String, CodingKey {
        case logMessage = "log_message"
        case printMessage = "print_message"
    }
}

extension Worker {
    mutating func registerValueTasks() {
        register(Identity.self) { parameters, _ in parameters.x }
        register(Add.self) { parameters, _ in
            let sum = try Sums.add(parameters.x, parameters.y)
            guard let z = parameters.z, z.isTruthy else { return sum }
            return try Sums.add(sum, z)
        }
        register(Operands.self) { parameters, _ in try Sums.multiply(parameters.x, parameters.y) }
        for (name, ignoreResult) in [("add_not_typed", false), ("add_ignore_result", true), ("add_with_result", false)]
        {
            register(Operands.self, as: SuiteName.of(name), options: TaskOptions(ignoreResult: ignoreResult)) {
                parameters,
                _ in
                try Sums.add(parameters.x, parameters.y)
            }
        }
        register(Numbers.self) { parameters, _ in try Sums.of(parameters.nums) }
        register(Numbers.self, as: SuiteName.of("xsum")) { parameters, _ in
            try Sums.of(parameters.nums.map { try $0.arrayValue.map { try Sums.of($0) } ?? $0 })
        }
        register(ReturnException.self) { parameters, _ in [parameters.e, true] }
        register(NoArguments.self) { _, _ in true }
        register(WriteToFile.self) { parameters, _ in
            try append("\(parameters.i)\n", toFile: parameters.fileName)
            return parameters.i
        }
        register(PrintUnicode.self) { parameters, context in
            context.logger.warning("\(parameters.logMessage?.stringValue ?? "håå®ƒ valmuefrø")")
            context.logger.info("\(parameters.printMessage?.stringValue ?? "hiöäüß")")
            return nil
        }
    }
}

/// Appends a line in one write, as Python's line buffering does.
private func append(_ line: String, toFile path: String) throws {
    guard let file = fopen(path, "a") else { throw CocoaError(.fileWriteUnknown) }
    fputs(line, file)
    fclose(file)
}
