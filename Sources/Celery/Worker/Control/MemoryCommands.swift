import Foundation
import Synchronization

/// How much memory the worker had when somebody asked.
final class MemorySamples: Sendable {
    private let samples = Mutex<[String]>([])

    /// Takes a sample.
    func take() -> String? {
        guard let size = Self.residentSize else { return nil }
        samples.withLock { $0.append(size) }
        return size
    }

    /// All samples, at most so many of them evenly chosen; forgets them.
    func dump(_ count: Int) -> [String] {
        let all = samples.withLock { samples in
            defer { samples = [] }
            return samples
        }
        guard count > 0, all.count > count else { return all }
        return (0..<count).map { all[$0 * (all.count / count)] }
    }

    /// The resident size for people to read, such as `58.805MB` (celery/utils/debug.py, `humanbytes`).
    static var residentSize: String? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii) else { return nil }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        let bytes = Double(pages * Int(getpagesize()))
        for (size, unit) in [(1_099_511_627_776.0, "TB"), (1_073_741_824, "GB"), (1_048_576, "MB"), (1024, "KB")]
        where bytes >= size {
            return "\(significant(bytes / size))\(unit)"
        }
        return "\(significant(bytes))b"
    }

    /// Five significant digits, as `%.5g` writes them.
    private static func significant(_ value: Double) -> String { String(format: "%.5g", value) }
}

/// Takes a sample of the worker's memory.
struct SampleMemory: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        node.memory.take().map { .string($0) } ?? .null
    }
}

/// Shows the samples that were taken, and what it is now.
struct DumpMemory: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        guard let now = MemorySamples.residentSize else { return "- rss: (psutil not installed).\n" }
        let samples = node.memory.dump(arguments.values["samples"]?.intValue ?? 10)
        var text = samples.isEmpty ? "" : "- rss (sample):\n"
        for sample in samples { text += "-    > \(sample),\n" }
        return .string(text + "- rss (end): \(now).\n")
    }
}
