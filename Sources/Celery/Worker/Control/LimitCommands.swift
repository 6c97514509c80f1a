import Logging

/// Changes how often a task may start.
struct SetRateLimit: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let name = try arguments.required("task_name").stringValue ?? ""
        let rate = try arguments.required("rate_limit")
        if let problem = try Self.problem(rate) {
            return ControlAnswer.error("Invalid rate limit string: \(problem)")
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

    /// What Python says of a rate that it cannot read (celery/utils/time.py, `rate`).
    ///
    /// - Throws: What Celery does not expect: an unknown unit.
    private static func problem(_ rate: JSONValue) throws -> PythonException? {
        guard case .string(let text) = rate, !text.isEmpty else { return nil }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let unit = parts.count > 1 ? String(parts[1]) : ""
        guard ["", "s", "m", "h"].contains(unit) else { throw PythonException("KeyError", message: unit) }
        let number = parts[0].trimming(while: \.isWhitespace)
        guard Double(number) == nil else { return nil }
        let shown = JSONValue.string(String(parts[0])).exactPythonRepr
        return .valueError("could not convert string to float: \(shown)")
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
        node.state.setTimeLimits(.init(hard: Self.duration(hard), soft: Self.duration(soft)), of: name)
        node.logger.info(
            "New time limits for tasks of type \(name): soft=\(soft.pythonRepr()) hard=\(hard.pythonRepr())"
        )
        return ControlAnswer.ok("time limits set successfully")
    }

    private static func duration(_ value: JSONValue) -> Duration? {
        guard let seconds = value.doubleValue, seconds > 0, seconds < 1e12 else { return nil }
        return .seconds(seconds)
    }
}

extension Substring {
    fileprivate func trimming(while isLeftOut: (Character) -> Bool) -> Substring {
        let start = drop(while: isLeftOut)
        guard let last = start.lastIndex(where: { !isLeftOut($0) }) else { return start.prefix(0) }
        return start[...last]
    }
}
