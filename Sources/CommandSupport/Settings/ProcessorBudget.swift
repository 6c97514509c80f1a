import Foundation

/// How many processors there are to use: the machine's, unless a control group allows less.
struct ProcessorBudget {
    /// Where control groups are.
    var controlGroups = "/sys/fs/cgroup"
    /// Which one this process is in.
    var membership = "/proc/self/cgroup"
    /// How many processors this process may run on.
    var available = ProcessInfo.processInfo.activeProcessorCount

    // celery/utils/sysinfo.py, cpu_budget: a fraction is rounded up, so that all of it gets used.
    /// How many tasks to run at once.
    var count: Int {
        guard let quota else { return max(1, available) }
        return min(max(1, available), max(1, Int(quota.rounded(.up))))
    }

    /// The smallest quota of the process's group and those around it, in processors.
    private var quota: Double? {
        let lines = (read(membership) ?? "0::/").split(separator: "\n").map {
            $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        }
        var quotas: [Double] = []
        for line in lines where line.count == 3 {
            if line[0] == "0", line[1].isEmpty {
                quotas += groups(line[2]).compactMap { quotaOfVersion2(controlGroups + $0) }
            } else if line[1].split(separator: ",").contains("cpu") {
                quotas += groups(line[2]).compactMap { quotaOfVersion1("\(controlGroups)/\(line[1])\($0)") }
                quotas += groups(line[2]).compactMap { quotaOfVersion1("\(controlGroups)/cpu\($0)") }
            }
        }
        return quotas.min()
    }

    /// A group and those around it.
    private func groups(_ path: String) -> [String] {
        var parts = path.split(separator: "/").filter { $0 != ".." }
        var all = [""]
        while !parts.isEmpty {
            all.append("/" + parts.joined(separator: "/"))
            parts.removeLast()
        }
        return all
    }

    private func quotaOfVersion2(_ directory: String) -> Double? {
        let words = read("\(directory)/cpu.max")?.split { $0.isWhitespace } ?? []
        guard words.count == 2 else { return nil }
        return ratio(words[0], words[1])
    }

    private func quotaOfVersion1(_ directory: String) -> Double? {
        guard
            let quota = read("\(directory)/cpu.cfs_quota_us")?.split(whereSeparator: \.isWhitespace).first,
            let period = read("\(directory)/cpu.cfs_period_us")?.split(whereSeparator: \.isWhitespace).first
        else { return nil }
        return ratio(quota, period)
    }

    private func ratio(_ quota: Substring, _ period: Substring) -> Double? {
        guard let quota = Int(quota), let period = Int(period), quota > 0, period > 0 else { return nil }
        return Double(quota) / Double(period)
    }

    private func read(_ path: String) -> String? {
        // Not there is an answer too: no such kind of control group.
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}
