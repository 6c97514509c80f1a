import Foundation

/// The kernel's table of TCP connections (proc(5), `/proc/net/tcp`).
enum ConnectionTable {
    fileprivate struct Row {
        var local: Int
        var remote: Int
        var state: String
        var receiveQueue: Int
    }

    /// The ports from which clients of a server on this machine are connected.
    static func established(port: Int) throws -> Set<Int> {
        Set(try rows().filter { $0.remote == port && $0.state == "01" }.map(\.local))
    }

    fileprivate static func rows() throws -> [Row] {
        let text = try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)
        return text.split(separator: "\n").dropFirst().compactMap { line in
            let columns = line.split(separator: " ")
            guard columns.count > 4 else { return nil }
            func number(_ text: Substring) -> Int? { text.split(separator: ":").last.flatMap { Int($0, radix: 16) } }
            guard let local = number(columns[1]), let remote = number(columns[2]), let queue = number(columns[4]) else {
                return nil
            }
            return Row(local: local, remote: remote, state: String(columns[3]), receiveQueue: queue)
        }
    }
}

/// What has arrived at a server and has not been read by it.
enum ReceiveQueue {
    static func bytes(port: Int) throws -> Int {
        try ConnectionTable.rows().filter { $0.local == port && $0.state == "01" }.map(\.receiveQueue).reduce(0, +)
    }
}
