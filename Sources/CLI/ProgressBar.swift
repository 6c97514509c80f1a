import CommandSupport

/// A line on the terminal that says how many pages are done.
struct ProgressBar: Sendable {
    let isShown: Bool

    private static let width = 30

    /// Draws the line anew.
    func show(_ done: Int, of total: Int) {
        guard isShown else { return }
        StandardError.write("\r\(Self.line(done, of: total))")
    }

    /// Removes the line.
    func clear() {
        guard isShown else { return }
        // ECMA-48, 8.3.41: erase the whole line.
        StandardError.write("\r\u{1B}[2K")
    }

    static func line(_ done: Int, of total: Int) -> String {
        let filled = total > 0 ? width * done / total : 0
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
        return "[\(bar)] \(done)/\(total) pages"
    }
}
