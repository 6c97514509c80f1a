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
    func online() async { await send("worker-online") }

    /// Says that it goes.
    func offline() async { await send("worker-offline") }

    /// Says that it is there, until cancelled.
    func run() async {
        while true {
            guard (try? await Task.sleep(for: interval)) != nil else { return }
            events.refreshUTCOffset()
            await send("worker-heartbeat")
        }
    }

    private func send(_ type: String) async {
        var fields: JSONObject = [
            "freq": .double(interval.seconds),
            "active": .integer(state.activeCount),
            "processed": .integer(state.total),
            "loadavg": Self.loadAverage,
        ]
        for (name, value) in Self.software { fields[name] = value }
        await events.send(type, fields)
    }

    /// The system's load over one, five and fifteen minutes, to two places.
    private static var loadAverage: JSONValue {
        var loads = [Double](repeating: 0, count: 3)
        guard getloadavg(&loads, 3) == 3 else { return [0.0, 0.0, 0.0] }
        return .array(loads.map { .double(($0 * 100).rounded() / 100) })
    }
}
