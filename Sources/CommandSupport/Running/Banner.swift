import Foundation

/// What a worker shows when it starts: who it is, and how it is set (celery/apps/worker.py, `BANNER`).
struct Banner {
    var nodeName: String
    var version: String
    var platform: String
    var time: String
    /// Names and values of what it is set to, in order.
    var settings: [(name: String, value: String)]
    /// A line for each queue.
    var queues: [String]
    /// The names of the tasks.
    var tasks: [String]

    private static let art = [
        " --------------",
        "--- ***** -----",
        "-- ******* ----",
        "- *** --- * ---",
        "- ** ----------",
        "- ** ----------",
        "- ** ----------",
        "- ** ----------",
        "- *** --- * ---",
        "-- ******* ----",
        "--- ***** -----",
        " --------------",
    ]

    /// The lines, with Celery's picture beside them.
    var text: String {
        let width = max(13, settings.map { $0.name.count + 2 }.max() ?? 0)
        var lines = ["\(nodeName) v\(version)", "", "\(platform) \(time)", "", "[config]"]
        lines += settings.map { name, value in
            ".> " + "\(name):".padding(toLength: width, withPad: " ", startingAt: 0) + value
        }
        lines += ["", "[queues]"] + queues.map { ".> \($0)" }
        while lines.count < Self.art.count { lines.append("") }
        let picture = lines.enumerated().map { index, line in
            index < Self.art.count ? "\(Self.art[index]) \(line)" : String(repeating: " ", count: 16) + line
        }
        return " \n" + (picture + ["", "[tasks]"] + tasks.map { "  . \($0)" }).joined(separator: "\n") + "\n\n"
    }

    /// What Python's `platform.platform()` says, without the C library.
    static var currentPlatform: String {
        var name = utsname()
        guard uname(&name) == 0 else { return "" }
        return [text(name.sysname), text(name.release), text(name.machine)].joined(separator: "-")
    }

    /// A C array of characters as text.
    private static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
