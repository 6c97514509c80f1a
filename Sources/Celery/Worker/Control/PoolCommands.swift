/// Adds slots to the pool, or takes some away.
struct ResizePool: ControlCommand {
    let grows: Bool

    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let given = arguments.values["n"] ?? 1
        guard let count = given.intValue else {
            throw PythonException.typeError("'\(given.pythonTypeName)' object cannot be interpreted as an integer")
        }
        do {
            try grows ? node.poolControl.grow(by: count) : node.poolControl.shrink(by: count)
        } catch {
            guard case .autoscaled = error else { throw error }
            return ControlAnswer.error(error.description)
        }
        return ControlAnswer.ok(grows ? "pool will grow" : "pool will shrink")
    }
}

/// Replaces the pool's processes.
struct RestartPool: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        try node.poolControl.restart()
        return ControlAnswer.ok("reload started")
    }
}

/// Changes the bounds of the pool's size.
struct SetAutoscale: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let (max, min) = (arguments["max"].intValue, arguments["min"].intValue)
        let limits = try node.poolControl.autoscale(max: max, min: min)
        return ControlAnswer.ok("autoscale now max=\(limits.max) min=\(limits.min)")
    }
}

extension PoolControlError: PythonExceptionConvertible {
    /// The exception of Celery's pool.
    var pythonException: PythonException { .valueError(description) }
}
