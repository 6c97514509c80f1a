import Celery

/// Which paths a request may name: those below some folders, or any.
///
/// It judges the text alone, because the file may be on another machine. Bytes are compared, not characters: a file
/// system tells composed and decomposed letters apart, and a combining mark does not make a slash something else.
struct PathRule: Sendable {
    private let roots: [NormalPath]

    /// Makes a rule.
    ///
    /// - Parameter roots: The folders; any path is allowed when there are none.
    init(roots: [String]) {
        self.roots = roots.map { NormalPath($0) }
    }

    /// What is wrong with a path, if anything.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - location: Where it stands in the request.
    /// - Returns: The fault, or nil.
    func fault(of path: String, at location: [JSONValue]) -> ValidationFault? {
        if path.utf8.contains(0) { return .nullInPath(location, .string(path)) }
        guard !roots.isEmpty else { return nil }
        let normal = NormalPath(path)
        return roots.contains { normal.isBelow($0) } ? nil : .pathNotAllowed(location, .string(path))
    }
}

/// A path without `.`, `..` and repeated slashes.
private struct NormalPath {
    private let isAbsolute: Bool
    private var components: [[UInt8]] = []
    /// Whether a relative path leads out of the folder it starts in.
    private var escapes = false

    init(_ path: String) {
        let bytes = Array(path.utf8)
        isAbsolute = bytes.first == UInt8(ascii: "/")
        for component in bytes.split(separator: UInt8(ascii: "/")) where !component.elementsEqual(".".utf8) {
            if !component.elementsEqual("..".utf8) {
                components.append(Array(component))
            } else if components.popLast() == nil, !isAbsolute {
                // The folder above the root is the root; above any other folder is another one.
                escapes = true
            }
        }
    }

    func isBelow(_ root: NormalPath) -> Bool {
        isAbsolute == root.isAbsolute && !escapes && components.count > root.components.count
            && components.starts(with: root.components)
    }
}
