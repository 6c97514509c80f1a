import Foundation
import Logging

/// What the worker is, has done and uses (celery/worker/worker.py, `stats`).
struct ShowStatistics: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let totals = node.state.totals.sorted { $0.key < $1.key }
        var statistics: JSONObject = [
            "total": .object(JSONObject(pairs: totals.map { ($0.key, .integer($0.value)) })),
            "pid": .integer(Int(ProcessInfo.processInfo.processIdentifier)),
            "clock": .string("\(node.clock.value)"),
            "uptime": .integer(Int(Date().timeIntervalSince(node.state.startDate).rounded())),
            "pool": Self.pool(node),
        ]
        if let autoscaler = node.poolControl.status.autoscaler {
            statistics["autoscaler"] = [
                "max": .integer(autoscaler.limits.max), "min": .integer(autoscaler.limits.min),
                "current": .integer(autoscaler.current), "qty": .integer(autoscaler.quantity),
            ]
        }
        statistics["broker"] = node.broker.connectionInfo.jsonValue
        statistics["prefetch_count"] = .integer(node.gate.limit)
        statistics["rusage"] = Self.resourceUsage
        return .object(statistics)
    }

    private static func pool(_ node: WorkerNode) -> JSONValue {
        var pool = node.pool.statistics
        let limits = [node.configuration.softTimeLimit, node.configuration.timeLimit]
        pool.set("timeouts", to: .array(limits.map { $0?.jsonSeconds ?? 0 }), after: "put-guarded-by-semaphore")
        return .object(pool)
    }

    private static var resourceUsage: JSONValue {
        var usage = rusage()
        #if os(Linux)
        let result = getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
        let result = getrusage(RUSAGE_SELF, &usage)
        #endif
        guard result == 0 else { return "N/A" }
        return [
            "utime": .double(seconds(usage.ru_utime)),
            "stime": .double(seconds(usage.ru_stime)),
            "maxrss": .integer(usage.ru_maxrss),
            "ixrss": .integer(usage.ru_ixrss),
            "idrss": .integer(usage.ru_idrss),
            "isrss": .integer(usage.ru_isrss),
            "minflt": .integer(usage.ru_minflt),
            "majflt": .integer(usage.ru_majflt),
            "nswap": .integer(usage.ru_nswap),
            "inblock": .integer(usage.ru_inblock),
            "oublock": .integer(usage.ru_oublock),
            "msgsnd": .integer(usage.ru_msgsnd),
            "msgrcv": .integer(usage.ru_msgrcv),
            "nsignals": .integer(usage.ru_nsignals),
            "nvcsw": .integer(usage.ru_nvcsw),
            "nivcsw": .integer(usage.ru_nivcsw),
        ]
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }
}

/// How the worker is set, under Celery's names: what was changed, or everything (celery/app/utils.py, `Settings.table`).
struct ShowSettings: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        .object(Self.settings(node, withDefaults: arguments.isTrue("with_defaults")))
    }

    static func settings(_ node: WorkerNode, withDefaults: Bool) -> JSONObject {
        let table = SettingsTable(
            worker: node.configuration,
            results: node.results.settings,
            brokerOptions: node.broker.connectionInfo.options,
            backendOptions: node.results.transportOptions
        )
        var settings: JSONObject = [
            "broker_url": .string(node.broker.connectionInfo.url),
            "result_backend": node.results.address.map { .string($0) } ?? .null,
            "deprecated_settings": nil,
            "include": [],
        ]
        for (name, value) in withDefaults ? table.all : table.changed { settings[name] = value }
        for (name, value) in node.settings.settings { settings[name] = value }
        return SettingsTable.censored(settings)
    }
}

/// What somebody who reports a fault should tell (celery/app/utils.py, `bugreport`).
struct ShowReport: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let settings = ShowSettings.settings(node, withDefaults: false)
        let shown = settings.map { "\($0.key): \($0.value.exactPythonRepr)" }
        let system = ProcessInfo.processInfo
        return ControlAnswer.ok(
            """

            software -> celery:\(Software.version) (swift-celery)
            platform -> system:\(Software.system) arch:\(Software.architecture)
                        kernel version:\(system.operatingSystemVersionString) imp:Swift
            loader   -> swift
            settings -> transport:\(node.broker.connectionInfo.transport) results:\(node.results.address ?? "disabled")

            \(shown.joined(separator: "\n"))

            """
        )
    }
}

/// What a worker that starts asks of the others (celery/worker/consumer/mingle.py).
struct Hello: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let name = try arguments.required("from_node").stringValue ?? ""
        guard name != node.name else { return .null }
        node.logger.info("sync with \(name)")
        node.party.greet(name)
        await node.mergeRevoked(Mingle.revoked(arguments["revoked"]))
        let revoked = node.state.revoked.map { JSONValue.string($0.rawValue) }
        return ["revoked": .array(revoked), "clock": .integer(node.clock.forward())]
    }
}

/// Asks the worker to stop, once its tasks have ended.
struct ShutDown: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        node.logger.warning("\(arguments["msg"].stringValue ?? "Got shutdown from remote")")
        node.stop.advance(to: .warm)
        return .null
    }
}
