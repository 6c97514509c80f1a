import Celery

/// A task that is replaced by a chain: `replace_with_chain(*args, link_msg=None)`.
struct ReplaceWithChain: TaskParameters {
    static let taskName = SuiteName.of("replace_with_chain")
    typealias Output = JSONValue
    var arguments: RawArguments

    /// `identity(*args)`.
    var identity: Signature { Signature(SuiteName.of("identity"), args: arguments.args) }

    /// `redis_echo`, with what comes before it or with a message of its own.
    var echo: Signature {
        guard let message = arguments.kwargs["link_msg"], !message.isNull else { return Signature(suite: "redis_echo") }
        return Signature(suite: "redis_echo", message, immutable: true)
    }
}

/// `second_order_replace1(state=False)`, and the second one.
struct SecondOrderReplace: TaskParameters {
    static let taskName = SuiteName.of("second_order_replace1")
    typealias Output = JSONValue
    var state: Bool?
}

extension Worker {
    mutating func registerReplacingChains(_ redis: SuiteRedis) {
        registerReplacingChains()
        registerSecondOrderReplacements(redis)
    }

    private mutating func registerReplacingChains() {
        register(Operands.self, as: SuiteName.of("add_replaced_with_chain")) { parameters, context in
            try context.replace(
                with: .chain(Signature(suite: "add", parameters.x, parameters.y), Signature(suite: "identity"))
            )
        }
        register(ReplaceWithChain.self) { parameters, context in
            let chain = Signature.chain(parameters.identity, Signature(suite: "identity"))
            try context.replace(with: chain.linking(parameters.echo))
        }
        register(ReplaceWithChain.self, as: SuiteName.of("replace_with_chain_which_raises")) { parameters, context in
            let chain = Signature.chain(parameters.identity, Signature(suite: "raise_error"))
            try context.replace(with: chain.linkingError(parameters.echo))
        }
        register(ReplaceWithChain.self, as: SuiteName.of("replace_with_empty_chain")) { _, context in
            try context.replace(with: .chain([]))
        }
        register(NoArguments.self, as: SuiteName.of("replace_with_chain_which_contains_a_group")) { _, context in
            let group = Signature.group([Signature(suite: "add", 1), Signature(suite: "add", 1)])
            try context.replace(with: .chain(Signature(suite: "add", 1, 2), group))
        }
    }

    private mutating func registerSecondOrderReplacements(_ redis: SuiteRedis) {
        register(SecondOrderReplace.self) { parameters, context in
            guard parameters.state != true else {
                try await redis.echo("Out A")
                return .null
            }
            try await redis.echo("In A")
            try context.replace(
                with: .chain(Signature(suite: "second_order_replace2"), .returning("second_order_replace1"))
            )
        }
        register(SecondOrderReplace.self, as: SuiteName.of("second_order_replace2")) { parameters, context in
            guard parameters.state != true else {
                try await redis.echo("Out B")
                return .null
            }
            try await redis.echo("In B")
            try context.replace(
                with: .chain(Signature(suite: "redis_echo", "In/Out C"), .returning("second_order_replace2"))
            )
        }
    }
}

extension Signature {
    /// The second call of a task that was replaced.
    fileprivate static func returning(_ task: String) -> Signature {
        Signature(SuiteName.of(task), kwargs: ["state": true], immutable: true)
    }
}
