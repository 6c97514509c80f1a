import Logging

/// Changes how often a task may start.
struct SetRateLimit: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let required = try arguments.required(["task_name", "rate_limit"])
        let (name, rate) = (required[0].stringValue ?? "", required[1])
        if case .string(let text) = rate {
            do throws(PythonException) {
                _ = try RateLimit(python: text)
            } catch {
                // Celery does not expect an unknown unit.
                guard error.type == "ValueError" else { throw error }
                return ControlAnswer.error("Invalid rate limit string: \(error)")
            }
        }
        switch rate {
        case .array where arguments.isTrue("rate_limit"), .object where arguments.isTrue("rate_limit"):
            let problem = "argument must be a string or a real number, not '\(rate.pythonTypeName)'"
            throw PythonException.typeError("float() \(problem)")
        default: break
        }
        guard node.registry[name] != nil else {
            node.logger.error("Rate limit attempt for unknown task \(name)")
            return ControlAnswer.error("unknown task")
        }
        guard arguments.isTrue("rate_limit") else {
            node.rates.setRate(nil, of: name)
            node.logger.info("Rate limits disabled for tasks of type \(name)")
            return ControlAnswer.ok("rate limit disabled successfully")
        }
        let text = rate.stringValue ?? rate.pythonRepr()
        node.rates.setRate(text, of: name)
        node.logger.info("New rate limit for tasks of type \(name): \(text).")
        return ControlAnswer.ok("new rate limit set successfully")
    }
}

/// Changes how long a task may run.
struct SetTimeLimits: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let name = arguments["task_name"].stringValue ?? ""
        guard node.registry[name] != nil else {
            node.logger.error("Change time limit attempt for unknown task \(name)")
            return ControlAnswer.error("unknown task")
        }
        let (hard, soft) = (arguments["hard"], arguments["soft"])
        // Celery takes anything, and its next task of this name fails.
        guard [hard, soft].allSatisfy({ $0 == .null || $0.duration != nil }) else {
            return ControlAnswer.error("hard and soft are numbers of seconds, or null for none")
        }
        node.state.setTimeLimits(.init(hard: Self.duration(hard), soft: Self.duration(soft)), of: name)
        node.logger.info(
            "New time limits for tasks of type \(name): soft=\(soft.pythonRepr()) hard=\(hard.pythonRepr())"
        )
        return ControlAnswer.ok("time limits set successfully")
    }

    private static func duration(_ value: JSONValue) -> Duration? {
        value.duration.flatMap { $0 > .zero ? $0 : nil }
    }
}
