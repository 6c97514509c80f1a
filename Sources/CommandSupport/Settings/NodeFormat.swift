import Celery

/// Puts the parts of a node's name into the name of a file (celery/utils/nodenames.py, `node_format`).
struct NodeFormat {
    /// The node's name.
    let nodeName: String

    /// Fills in `%h` (host), `%n` (name), `%d` (domain), `%p` (the whole name), `%i` and `%I` (the number of the process,
    /// which here is the worker's own: its children log into the same file), and `%%`.
    ///
    /// - Parameter text: The text.
    /// - Returns: The text with its abbreviations filled in.
    /// - Throws: ``SettingsError`` that names the abbreviation that is none.
    func expand(_ text: String) throws -> String {
        let parts = nodeName.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let host = parts.count > 1 ? parts[1] : parts[0]
        let domain = host.split(separator: ".", maxSplits: 1).dropFirst().first ?? ""
        var expanded = ""
        var rest = text[...]
        while let percent = rest.firstIndex(of: "%") {
            expanded += rest[..<percent]
            rest = rest[rest.index(after: percent)...]
            switch rest.popFirst() {
            case "h": expanded += host
            case "n": expanded += parts.count > 1 ? parts[0] : "celery"
            case "d": expanded += domain
            case "p": expanded += nodeName
            case "i": expanded += "0"
            case "I": break
            case "%": expanded += "%"
            case let other:
                let name = other.map { "%\($0)" } ?? "%"
                throw SettingsError("\(name) in \"\(text)\" is none of %h, %n, %d, %p, %i, %I and %%")
            }
        }
        return expanded + rest
    }

    /// A text that stays as it is.
    static func escape(_ text: String) -> String { text.replacing("%", with: "%%") }
}

extension SettingsSource {
    /// The name of a file, with the parts of the node's name filled in.
    func path(_ key: SettingKey) async throws -> String? {
        guard let text = try await text(key) else { return nil }
        return try NodeFormat(nodeName: await nodeName).expand(text)
    }

    /// The node's name.
    var nodeName: String {
        get async throws { WorkerConfiguration.expand(try await text(.hostname) ?? "celery@%h") }
    }
}
