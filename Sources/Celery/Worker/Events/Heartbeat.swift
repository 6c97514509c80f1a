import Foundation

/// Says at regular times that the worker is alive (celery/worker/heartbeat.py).
struct Heartbeat: Sendable {
    let events: EventDispatcher
    let state: WorkerState
    let interval: Duration

    /// celery/worker/state.py, SOFTWARE_INFO, for this worker.
    static let software: JSONObject = [
        "sw_ident": "swift-celery",
        "sw_ver": .string(Software.version),
        "sw_sys": .string(Software.system),
    ]

    /// Says that the worker has come.
    func online() async { await events.send("worker-online", fields) }

    /// Says that it goes.
    func offline() async { await events.send("worker-offline", fields) }

    /// Says that it is there, until cancelled.
    func run() async {
        while true {
            guard (try? await Task.sleep(for: interval)) != nil else { return }
            events.refreshUTCOffset()
            // One that comes late tells nothing that the next one does not.
            await events.sendOnce("worker-heartbeat", fields)
        }
    }

    private var fields: JSONObject {
        var fields: JSONObject = [
            "freq": .double(interval.seconds),
            "active": .integer(state.activeCount),
            "processed": .integer(state.total),
            "loadavg": Self.loadAverage,
        ]
        for (name, value) in Self.software { fields[name] = value }
        return fields
    }

    /// The system's load over one, five and fifteen minutes, to two places.
    private static var loadAverage: JSONValue {
        var loads = [Double](repeating: 0, count: 3)
        guard getloadavg(&loads, 3) == 3 else { return [0.0, 0.0, 0.0] }
        return .array(loads.map { .double(($0 * 100).rounded() / 100) })
    }
}
