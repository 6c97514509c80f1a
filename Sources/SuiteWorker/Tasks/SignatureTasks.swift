import Celery

/// `rebuild_signature(sig_dict)`.
struct RebuildSignature: TaskParameters {
    static let taskName = SuiteName.of("rebuild_signature")
    var signature: JSONValue

    enum CodingKeys: String, CodingKey {
        case signature = "sig_dict"
    }
}

extension Worker {
    mutating func registerSignatureTasks() {
        register(NoArguments.self, as: SuiteName.of("build_chain_inside_task")) { _, context in
            let group = Signature.group([Signature(suite: "add", 3), Signature(suite: "add", 4)])
            let chain = Signature.chain([
                Signature(suite: "add", 1, 1), Signature(suite: "add", 2), group, Signature(suite: "add", 5),
            ])
            return try await context.apply(chain).json
        }
        for (name, signature) in NestedSignatures.all {
            register(NoArguments.self, as: SuiteName.of("return_nested_signature_\(name)")) { _, _ in
                signature.jsonValue
            }
        }
        register(RebuildSignature.self) { parameters, _ in
            try NestedSignatures.walk(parameters.signature)
            return nil
        }
    }
}

/// Canvas primitives in others, as Python makes them of `add.s()`; they are data and never run.
enum NestedSignatures {
    /// Each by the names of the outer and the inner one.
    static var all: [(name: String, signature: Signature)] {
        [
            ("chain_chain", chain(chain(leaf))),
            ("chain_group", chain(group(leaf))),
            ("chain_chord", chain(chord(leaf))),
            ("group_chain", group(chain(leaf))),
            // A group in a group, a chain or group as a header: their members are meant.
            ("group_group", group(leaf)),
            ("group_chord", group(chord(leaf))),
            ("chord_chain", chord(leaf)),
            ("chord_group", chord(leaf)),
            ("chord_chord", chord(chord(leaf))),
        ]
    }

    private static let leaf = Signature(suite: "add")

    private static func chain(_ task: Signature) -> Signature { primitive("chain", ["tasks": [task.jsonValue]]) }

    private static func group(_ task: Signature) -> Signature { primitive("group", ["tasks": [task.jsonValue]]) }

    private static func chord(_ header: Signature) -> Signature {
        primitive("chord", ["kwargs": [:], "header": [header.jsonValue], "body": leaf.jsonValue])
    }

    private static func primitive(_ type: String, _ kwargs: JSONObject) -> Signature {
        var signature = Signature("celery.\(type)", kwargs: kwargs)
        signature.subtaskType = type
        return signature
    }

    /// Goes through a signature and all its parts.
    ///
    /// - Parameter json: The signature.
    /// - Throws: ``PythonException`` `TypeError` for a part that is no signature.
    static func walk(_ json: JSONValue) throws {
        guard let signature = try? Signature(json: json) else {
            throw PythonException.typeError("\(json.pythonRepr()) is not a signature object")
        }
        let kwargs = signature.kwargs
        for list in [kwargs["tasks"], kwargs["header"]] {
            for part in list?.arrayValue ?? [] { try walk(part) }
        }
        if signature.subtaskType == "chord" { try walk(kwargs["body"] ?? .null) }
    }
}
