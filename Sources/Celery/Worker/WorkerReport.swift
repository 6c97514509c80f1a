import Foundation
import Logging

/// What a worker does at a moment, for whoever has to find out why it does not go on.
struct WorkerReport {
    private let node: WorkerNode
    private let now: Date

    init(_ node: WorkerNode, now: Date = Date()) {
        self.node = node
        self.now = now
    }

    /// Logs one line about the worker and one about each task in its hands, so that somebody who asked sees it at any
    /// usual level.
    func log() {
        node.logger.warning("report: \(node.name)", metadata: worker)
        for task in node.state.tasks {
            node.logger.warning("report: Task \(task.request.message.displayName)[\(task.id)]", metadata: of(task))
        }
    }

    private var worker: Logger.Metadata {
        let pool = node.poolControl.status
        var metadata: Logger.Metadata = [
            "pid": "\(ProcessInfo.processInfo.processIdentifier)",
            "uptime": "\(seconds(since: node.state.startDate))",
            "phase": "\(node.stop.phase)",
            "queues": "\(node.consumer.queues.map(\.name.rawValue).joined(separator: ","))",
            "concurrency": "\(pool.concurrency)",
            "processes": "\(pool.processes.map(String.init).joined(separator: ","))",
            "active": "\(node.state.activeCount)",
            "held": "\(node.gate.held)",
            "prefetch": "\(pool.prefetchCount)",
            "total": "\(node.state.total)",
        ]
        if let size = MemorySamples.residentSize { metadata["memory"] = "\(size)" }
        return metadata
    }

    private func of(_ task: TrackedTask) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["queue": "\(task.request.queue)"]
        switch task.phase {
        case .active:
            metadata["phase"] = "active"
            metadata["pid"] = "\(task.pid)"
            if let start = task.start { metadata["seconds"] = "\(seconds(since: start))" }
        case .reserved:
            metadata["phase"] = "reserved"
        case .scheduled(let date):
            metadata["phase"] = "scheduled"
            metadata["eta"] = "\(Timestamp(date).isoFormat)"
        }
        return metadata
    }

    private func seconds(since date: Date) -> Int { Int(now.timeIntervalSince(date)) }
}
