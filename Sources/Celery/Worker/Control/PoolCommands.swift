/// Adds slots to the pool, or takes some away.
struct ResizePool: ControlCommand {
    let grows: Bool

    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let count = arguments.values["n"]?.intValue ?? 1
        let pool = try node.resizablePool()
        do {
            try grows ? pool.grow(by: count) : pool.shrink(by: count)
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
        guard let pool = node.poolControl else { throw PoolControlError.restartsNotEnabled }
        try pool.restart()
        return ControlAnswer.ok("reload started")
    }
}

/// Changes the bounds of the pool's size.
struct SetAutoscale: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        guard let pool = node.poolControl else { throw PoolControlError.autoscaleNotEnabled }
        let limits = try pool.autoscale(max: arguments["max"].intValue, min: arguments["min"].intValue)
        return ControlAnswer.ok("autoscale now max=\(limits.max) min=\(limits.min)")
    }
}

extension WorkerNode {
    /// The pool's size, to be changed.
    fileprivate func resizablePool() throws(PythonException) -> any PoolControl {
        guard let poolControl else {
            throw PythonException("NotImplementedError", message: "the size of this pool is fixed")
        }
        return poolControl
    }
}

extension PoolControlError: PythonExceptionConvertible {
    /// The exception of Celery's pool.
    var pythonException: PythonException { .valueError(description) }
}
