import Foundation

/// The directories below which files may be read.
///
/// Paths are compared byte by byte: a file system tells composed and decomposed letters apart.
struct ReadableRoots: Sendable {
    /// Links resolved, each with a slash at its end.
    private let roots: [String]?

    /// - Parameter roots: Directories; when there are none, every file may be read.
    init(_ roots: [String]) {
        self.roots = roots.isEmpty ? nil : roots.compactMap(Self.resolve).map { $0 == "/" ? $0 : $0 + "/" }
    }

    /// Checks a path.
    ///
    /// - Parameter path: A path.
    /// - Returns: The path to open: with every symbolic link resolved where there are roots, so that no link leads out.
    /// - Throws: A ``PDFError`` with the code `notReadable` when it leads out of the roots, whether something is there or
    ///   not; when nothing is there inside of them, the error that opening it would throw.
    func check(_ path: String) throws(PDFError) -> String {
        // What does not exist is reported as such by whoever opens it, if there are no roots to hide it behind.
        guard roots != nil else { return path }
        // Nor can this exist anywhere.
        guard !path.utf8.contains(0), path.utf8.count < PATH_MAX else {
            throw PDFFile.openingError(number: ENOENT, path: path)
        }
        var place = ""
        for way in Self.ways(of: path) {
            guard let resolved = Self.resolve(way) else {
                let number = errno
                guard let part = Self.existingPart(of: way), isInside(part) else { throw refusal(path) }
                throw PDFFile.openingError(number: number, path: path)
            }
            guard isInside(resolved) else { throw refusal(path) }
            place = resolved
        }
        return place
    }

    private func isInside(_ place: String) -> Bool {
        roots?.contains { "\(place)/".utf8.starts(with: $0.utf8) } ?? true
    }

    private func refusal(_ path: String) -> PDFError {
        PDFError(
            .notReadable,
            "\(PDFFile.displayName(path)) is not in a directory that this worker may read. "
                + "Put it below one of the configured roots.",
            path: path
        )
    }

    /// The part before each `..`, and the whole path: whether each of them exists shows in what is said of the whole.
    private static func ways(of path: String) -> [String] {
        let components = path.utf8.split(separator: UInt8(ascii: "/"))
        let turns = components.filter { $0.elementsEqual("..".utf8) }
        return turns.map { $0.startIndex > path.startIndex ? String(path[..<$0.startIndex]) : "." } + [path]
    }

    /// The longest part that exists of a path that does not, links resolved.
    ///
    /// Nil when there is a link that leads nowhere, for that nowhere may be outside.
    private static func existingPart(of path: String) -> String? {
        var part = path[...]
        while !isLink(String(part)) {
            guard let slash = part.utf8.lastIndex(of: UInt8(ascii: "/")) else { return resolve(".") }
            part = part[..<slash]
            if let resolved = resolve(part.isEmpty ? "/" : String(part)) { return resolved }
        }
        return nil
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    private static func resolve(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
