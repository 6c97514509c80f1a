import Celery

/// The task `interop.replace(signature)`, which puts a signature in its place.
struct ReplaceSelf: TaskParameters {
    static let taskName = "interop.replace"
    typealias Output = JSONValue
    var signature: JSONValue
}

/// The task `interop.apply(signature)`, which sends a signature and returns its result's handle.
struct ApplySignature: TaskParameters {
    static let taskName = "interop.apply"
    typealias Output = JSONValue
    var signature: JSONValue
}

/// The task `interop.extend(value, signatures)`, which adds signatures to the chord it is in.
struct ExtendChord: TaskParameters {
    static let taskName = "interop.extend"
    typealias Output = JSONValue
    var value: JSONValue
    var signatures: [JSONValue]
}

/// The task `interop.retry_add(x, y)`, which adds at its second run.
struct RetryAdd: TaskParameters {
    static let taskName = "interop.retry_add"
    typealias Output = Int
    var x: Int
    var y: Int
}

/// The task `interop.fail_after(value, message)`, which fails in the middle of a chain.
struct FailAfter: TaskParameters {
    static let taskName = "interop.fail_after"
    typealias Output = JSONValue
    var value: JSONValue
    var message: String
}

extension Worker {
    mutating func registerCanvasTasks() {
        register(ReplaceSelf.self) { parameters, context in
            try context.replace(with: Signature(json: parameters.signature))
        }
        register(ApplySignature.self) { parameters, context in
            try await context.apply(Signature(json: parameters.signature)).json
        }
        register(ExtendChord.self) { parameters, context in
            for signature in parameters.signatures { try await context.addToChord(Signature(json: signature)) }
            return parameters.value
        }
        register(FailAfter.self) { parameters, _ in throw PythonException.valueError(parameters.message) }
        register(RetryAdd.self) { parameters, context in
            guard context.request.retries > 0 else { throw Retry(after: .zero) }
            return parameters.x + parameters.y
        }
        // interop.errback(request, exc, traceback, signature): sends the signature with what it was told before its own
        // arguments.
        registerErrorCallback("interop.errback") { failure, context in
            var note = try Signature(json: failure.arguments.args.first ?? .null)
            note.args = [[.string(failure.id.rawValue), .string(failure.exception.type)]] + note.args
            try await context.apply(note)
        }
    }
}
