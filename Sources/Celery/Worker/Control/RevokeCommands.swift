import Foundation
import Logging

/// Sees to it that tasks are not run, and ends those that run if that is asked for.
struct Revoke: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        try await Self.revoke(
            arguments.taskIDs("task_id"),
            terminate: arguments.isTrue("terminate"),
            signal: arguments["signal"],
            node
        )
    }

    static func revoke(
        _ ids: [TaskID],
        terminate: Bool,
        signal: JSONValue,
        _ node: WorkerNode
    ) async throws -> JSONValue {
        await node.revoke(ids)
        for id in ids { await storeRevoked(id, node) }
        let list = ids.map(\.rawValue).joined(separator: ", ")
        guard terminate else {
            node.logger.info("Tasks flagged as revoked: \(list)")
            let shown = ids.map { JSONValue.string($0.rawValue).exactPythonRepr }.joined(separator: ", ")
            return ControlAnswer.ok("tasks \(ids.isEmpty ? "set()" : "{\(shown)}") flagged as revoked")
        }
        let number = try SignalName.number(signal)
        let tasks = node.state.tasks(ids)
        for task in tasks {
            node.logger.info("Terminating \(task.id) (\(number))")
            task.control.terminate(signal: number)
        }
        let parked = try await parked(Set(ids).subtracting(tasks.map(\.id)), node)
        for id in parked { node.logger.info("Terminating \(id) (\(number))") }
        let terminated = tasks.map(\.id) + parked
        guard !terminated.isEmpty else { return ControlAnswer.ok("terminate: tasks unknown") }
        return ControlAnswer.ok("terminate: \(terminated.map(\.rawValue).joined(separator: ", "))")
    }

    /// Which of some tasks the broker keeps for their time: they are as well known as those that wait for it here.
    private static func parked(_ ids: Set<TaskID>, _ node: WorkerNode) async throws -> [TaskID] {
        guard !ids.isEmpty else { return [] }
        return try await ListScheduled.parked(node).map(\.id).filter(ids.contains)
    }

    /// Makes the state of a task that waits REVOKED at once (celery/worker/control.py, `_revoke`).
    ///
    /// A final state stays, and so does that of a task which somebody runs: here, or elsewhere as its state shows.
    private static func storeRevoked(_ id: TaskID, _ node: WorkerNode) async {
        guard !node.state.tasks([id]).contains(where: { $0.phase == .active }) else { return }
        do {
            let state = try await node.results.document(for: id)?.state.rawValue ?? "PENDING"
            guard ["PENDING", "RECEIVED", "RETRY", "REJECTED"].contains(state) else { return }
            let result = PythonException.taskRevoked("revoked").jsonValue
            try await node.results.store(
                ResultDocument(taskID: id, state: .revoked, result: result, children: .null, dateDone: Date())
            )
        } catch {
            node.logger.warning("Failed to mark task \(id) as revoked in backend", metadata: ["error": "\(error)"])
        }
    }
}

/// Ends tasks.
struct Terminate: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let signal = try arguments.required(["signal", "task_id"])[0]
        return try await Revoke.revoke(arguments.taskIDs("task_id"), terminate: true, signal: signal, node)
    }
}

/// Sees to it that tasks are not run that bear a stamp.
struct RevokeByStamps: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let signal = try SignalName.number(arguments["signal"])
        let headers = try Self.headers(try arguments.required("headers"))
        let shown = JSONValue.object(headers).exactPythonRepr
        node.state.revoke(stamps: headers)
        guard arguments.isTrue("terminate") else {
            return ControlAnswer.ok("headers \(shown) flagged as revoked, but not terminated")
        }
        var stamps = RevokedStamps()
        stamps.insert(headers)
        var terminated: [(header: String, values: [JSONValue])] = []
        for task in node.state.tasks where task.phase == .active {
            guard let (header, value) = stamps.match(task.request.message) else { continue }
            task.control.terminate(signal: signal)
            if let index = terminated.firstIndex(where: { $0.header == header }) {
                if !terminated[index].values.contains(value) { terminated[index].values.append(value) }
            } else {
                terminated.append((header, [value]))
            }
        }
        guard !terminated.isEmpty else { return ControlAnswer.ok("headers \(shown) were not terminated") }
        let sets = terminated.map { header, values in
            "\(JSONValue.string(header).exactPythonRepr): {\(values.map(\.exactPythonRepr).joined(separator: ", "))}"
        }
        return ControlAnswer.ok("headers defaultdict(<class 'set'>, {\(sets.joined(separator: ", "))}) revoked")
    }

    /// The headers as an object; the command line gives a list of `name=value`.
    private static func headers(_ value: JSONValue) throws -> JSONObject {
        if case .object(let headers) = value { return headers }
        return JSONObject(
            pairs: try value.listed.compactMap(\.stringValue).map { text in
                let parts = text.split(separator: "=", omittingEmptySubsequences: false)
                guard parts.count > 1 else { throw PythonException("IndexError", message: "list index out of range") }
                return (String(parts[0]), .string(String(parts[1])))
            }
        )
    }
}
