import Foundation

/// The directories below which files may be read.
struct ReadableRoots: Sendable {
    private let roots: [String]?

    /// - Parameter roots: Directories; when there are none, every file may be read.
    init(_ roots: [String]) {
        self.roots = roots.isEmpty ? nil : roots.compactMap(Self.resolve)
    }

    /// Checks a path.
    ///
    /// - Parameter path: A path.
    /// - Returns: The path to open: with every symbolic link resolved where there are roots, so that no link leads out.
    /// - Throws: A ``PDFError`` with the code `notReadable` when it leads out of the roots.
    func check(_ path: String) throws(PDFError) -> String {
        // What does not exist is reported as such by whoever opens it, if there are no roots to hide it behind.
        guard let roots else { return path }
        let resolved = Self.resolve(path)
        guard let resolved, roots.contains(where: { resolved == $0 || resolved.hasPrefix($0 + "/") }) else {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            throw PDFError(
                .notReadable,
                "\(name) is not in a directory that this worker may read. Put it below one of the configured roots.",
                path: path
            )
        }
        return resolved
    }

    private static func resolve(_ path: String) -> String? {
        guard !path.contains("\0"), let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
