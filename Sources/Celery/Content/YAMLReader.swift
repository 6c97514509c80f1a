import Codecs

/// Turns a YAML document into a value, as PyYAML's `safe_load` does.
///
/// Dates and binary values become tagged ones. Keys become text as `json.dumps` makes them text. What `safe_load` refuses
/// is refused, and so are sets, which JSON has no form for.
struct YAMLReader {
    /// Aliases count in full; a document without any has fewer nodes than bytes.
    private static let spareNodes = 100_000
    private static let prefix = "tag:yaml.org,2002:"

    static func read(_ bytes: [UInt8]) throws(ContentError) -> JSONValue {
        let limits = YAMLLimits(nodes: bytes.count + spareNodes, depth: JSONValue.maximumDepth)
        let root: YAMLNode?
        do throws(CodecError) {
            root = try YAML.parse(bytes, limits: limits)
        } catch {
            throw fault(error)
        }
        return try root.map(value) ?? .null
    }

    private static func fault(_ error: CodecError) -> ContentError {
        switch error {
        case .notBuilt: ContentError(error, verb: "be read as \(Serializer.yaml.contentType)")
        case .tooLarge(let limit): ContentError(.tooLarge, "has aliases that stand for more than \(limit) nodes")
        case .tooDeep(let limit): malformed("nested deeper than \(limit) levels")
        case .syntax(let problem, let line, let column): malformed("\(problem), line \(line), column \(column)")
        case .damaged: malformed("it is no single document, or has an alias without an anchor")
        case .failed: malformed("libyaml failed")
        }
    }

    private static func malformed(_ problem: String) -> ContentError {
        ContentError(.malformed, "is not YAML that can be read: \(problem)")
    }

    // A function of each kind: limits keep the recursion shallow.

    private static func value(_ node: YAMLNode) throws(ContentError) -> JSONValue {
        switch node {
        case .scalar(let text, let tag, let isPlain):
            return try scalar(text, tag, isPlain)
        case .sequence(let nodes, let tag):
            return try sequence(nodes, tag)
        case .mapping(let pairs, let tag):
            guard tag == nil || tag == prefix + "map" else { throw unknown(tag) }
            return .object(try object(pairs))
        }
    }

    private static func unknown(_ tag: String?) -> ContentError {
        // Tags are part of the document, so that only those of YAML itself are shown.
        malformed(tag.flatMap { $0.hasPrefix(prefix) ? "a \($0)" : nil } ?? "a tag that safe_load does not know")
    }

    private static func sequence(_ nodes: [YAMLNode], _ tag: String?) throws(ContentError) -> JSONValue {
        var elements: [JSONValue] = []
        elements.reserveCapacity(nodes.count)
        switch tag {
        case nil, prefix + "seq":
            for node in nodes { elements.append(try value(node)) }
        case prefix + "omap", prefix + "pairs":
            // Lists of pairs in Python as well.
            for node in nodes {
                guard case .mapping(let pairs, _) = node, pairs.count == 1, let pair = pairs.first else {
                    throw malformed("an element of pairs that is none")
                }
                elements.append([try value(pair.key), try value(pair.value)])
            }
        default:
            throw unknown(tag)
        }
        return .array(elements)
    }

    private static func object(_ pairs: [(key: YAMLNode, value: YAMLNode)]) throws(ContentError) -> JSONObject {
        var object = JSONObject()
        for (key, value) in try flattened(pairs) {
            object[try text(ofKey: key)] = try Self.value(value)
        }
        return object
    }

    /// The pairs with those of merged mappings before them, the least important first.
    private static func flattened(
        _ pairs: [(key: YAMLNode, value: YAMLNode)]
    ) throws(ContentError) -> [(key: YAMLNode, value: YAMLNode)] {
        guard pairs.contains(where: { $0.key.isMerge }) else { return pairs }
        var merged: [(key: YAMLNode, value: YAMLNode)] = []
        for (_, value) in pairs.filter({ $0.key.isMerge }) {
            switch value {
            case .mapping(let others, _):
                merged += try flattened(others)
            case .sequence(let nodes, _):
                for node in nodes.reversed() {
                    guard case .mapping(let others, _) = node else { throw malformed("a merge of what is no mapping") }
                    merged += try flattened(others)
                }
            case .scalar:
                throw malformed("a merge of what is no mapping")
            }
        }
        return merged + pairs.filter { !$0.key.isMerge }
    }

    private static func text(ofKey key: YAMLNode) throws(ContentError) -> String {
        guard case .scalar(let text, let tag, let isPlain) = key else { throw malformed("a key is a collection") }
        if isPlain, YAMLScalar.kind(of: text) == .value { return text }
        switch try scalar(text, tag, isPlain) {
        case .string(let text): return text
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .integer(let number): return String(number)
        case .bigInteger(let digits): return digits
        case .double(let number): return JSONValue.double(number).jsonText()
        default: throw malformed("a key is neither a text nor a number")
        }
    }

    private static func scalar(_ text: String, _ tag: String?, _ isPlain: Bool) throws(ContentError) -> JSONValue {
        if isPlain {
            switch YAMLScalar.kind(of: text) {
            case .null: return .null
            case .bool(let flag): return .bool(flag)
            case .int: return try int(text)
            case .float: return try float(text)
            case .timestamp: return try timestamp(text)
            case .merge, .value: throw malformed("a value that is an indicator")
            case .text: return .string(text)
            }
        }
        switch tag {
        case nil, prefix + "str": return .string(text)
        case prefix + "null": return .null
        case prefix + "bool":
            guard case .bool(let flag) = YAMLScalar.kind(of: text.lowercased()) else { throw malformed("a bool") }
            return .bool(flag)
        case prefix + "int": return try int(text)
        case prefix + "float": return try float(text)
        case prefix + "timestamp": return try timestamp(text)
        case prefix + "binary":
            guard let bytes = Base64.decode(text.filter { !$0.isWhitespace }) else { throw malformed("a binary value") }
            return .tagged(bytes: bytes)
        default: throw unknown(tag)
        }
    }

    private static func int(_ text: String) throws(ContentError) -> JSONValue {
        guard let value = YAMLScalar.int(text) else { throw malformed("an integer") }
        return value
    }

    private static func float(_ text: String) throws(ContentError) -> JSONValue {
        guard let value = YAMLScalar.float(text) else { throw malformed("a float") }
        return .double(value)
    }

    private static func timestamp(_ text: String) throws(ContentError) -> JSONValue {
        var scanner = YAMLScanner(text)
        guard let (type, text) = scanner.timestamp(), Timestamp(iso: text) != nil else { throw malformed("a time") }
        return JSONTag.encode(type, .string(text))
    }
}

extension YAMLNode {
    /// Whether this is the key `<<`.
    fileprivate var isMerge: Bool {
        guard case .scalar(let text, let tag, let isPlain) = self else { return false }
        return isPlain ? text == "<<" : tag == "tag:yaml.org,2002:merge"
    }
}
