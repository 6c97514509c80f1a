import Foundation
import Testing

@testable import CommandSupport

@Suite struct ProcessorBudgetTests {
    private func count(available: Int, membership: String, files: [String: String]) throws -> Int {
        let root = FileManager.default.temporaryDirectory.appending(path: "cgroup-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        for (path, content) in files.merging(["membership": membership], uniquingKeysWith: { old, _ in old }) {
            let file = root.appending(path: path)
            let folder = file.deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(content.utf8).write(to: file)
        }
        let budget = ProcessorBudget(
            controlGroups: root.path(percentEncoded: false),
            membership: root.appending(path: "membership").path(percentEncoded: false),
            available: available
        )
        return budget.count
    }

    @Test func `without a quota it is the number of processors`() throws {
        #expect(try count(available: 6, membership: "0::/\n", files: ["cpu.max": "max 100000\n"]) == 6)
        #expect(try count(available: 6, membership: "", files: [:]) == 6)
    }

    @Test func `a quota limits it, rounded up`() throws {
        #expect(try count(available: 6, membership: "0::/\n", files: ["cpu.max": "250000 100000\n"]) == 3)
        #expect(try count(available: 2, membership: "0::/\n", files: ["cpu.max": "400000 100000\n"]) == 2)
        #expect(try count(available: 8, membership: "0::/\n", files: ["cpu.max": "1000 100000\n"]) == 1)
    }

    @Test func `the smallest quota on the way up counts`() throws {
        let files = ["a/cpu.max": "200000 100000", "a/b/cpu.max": "500000 100000"]
        #expect(try count(available: 8, membership: "0::/a/b\n", files: files) == 2)
    }

    @Test func `control groups of the first version count too`() throws {
        let files = ["cpu,cpuacct/a/cpu.cfs_quota_us": "150000\n", "cpu,cpuacct/a/cpu.cfs_period_us": "50000\n"]
        #expect(try count(available: 8, membership: "4:cpu,cpuacct:/a\n", files: files) == 3)
        let unlimited = ["cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"]
        #expect(try count(available: 8, membership: "4:cpu:/../..\n", files: unlimited) == 8)
    }

    @Test func `where both versions are mounted the one that has the quota counts`() throws {
        let files = ["cpu/a/cpu.cfs_quota_us": "150000\n", "cpu/a/cpu.cfs_period_us": "100000\n"]
        let membership = "12:pids:/a\n4:cpu,cpuacct:/a\n0::/b\n"
        #expect(try count(available: 8, membership: membership, files: files) == 2)
        let second = ["b/cpu.max": "300000 100000\n", "cpu/a/cpu.cfs_quota_us": "-1", "cpu/a/cpu.cfs_period_us": "1"]
        #expect(try count(available: 8, membership: membership, files: second) == 3)
    }
}
