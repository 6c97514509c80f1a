/// Puts the nodes of a document together, event by event, without recursion.
///
/// An alias is a copy of what its anchor names. Copies share their memory, but whoever walks the document pays for each,
/// so that they count in full: a few lines of aliases of aliases can stand for more nodes than any machine holds.
struct YAMLBuilder {
    private struct Measured {
        var node: YAMLNode
        var nodes = 1
        var depth = 1
    }

    private struct Frame {
        var isMapping: Bool
        var tag: String?
        var anchor: String?
        var elements: [YAMLNode] = []
        var nodes = 1
        var depth = 1
    }

    private let limits: YAMLLimits
    private var frames: [Frame] = []
    private var anchors: [String: Measured] = [:]
    /// The document, once it is complete.
    private(set) var root: YAMLNode?

    init(limits: YAMLLimits) {
        self.limits = limits
    }

    mutating func scalar(_ text: String, tag: String?, isPlain: Bool, anchor: String?) throws(CodecError) {
        try add(Measured(node: .scalar(text, tag: tag, isPlain: isPlain)), anchor: anchor)
    }

    mutating func alias(_ anchor: String) throws(CodecError) {
        guard let target = anchors[anchor] else { throw .damaged }
        try add(target, anchor: nil)
    }

    mutating func begin(mapping isMapping: Bool, tag: String?, anchor: String?) throws(CodecError) {
        guard frames.count < limits.depth else { throw .tooDeep(limit: limits.depth) }
        frames.append(Frame(isMapping: isMapping, tag: tag, anchor: anchor))
    }

    mutating func end() throws(CodecError) {
        guard let frame = frames.popLast() else { throw .damaged }
        let node: YAMLNode
        if frame.isMapping {
            let pairs = stride(from: 0, to: frame.elements.count - 1, by: 2).map { index in
                (key: frame.elements[index], value: frame.elements[index + 1])
            }
            node = .mapping(pairs, tag: frame.tag)
        } else {
            node = .sequence(frame.elements, tag: frame.tag)
        }
        try add(Measured(node: node, nodes: frame.nodes, depth: frame.depth), anchor: frame.anchor)
    }

    private mutating func add(_ measured: Measured, anchor: String?) throws(CodecError) {
        if let anchor { anchors[anchor] = measured }
        guard !frames.isEmpty else {
            root = measured.node
            return
        }
        let last = frames.count - 1
        frames[last].elements.append(measured.node)
        frames[last].nodes += measured.nodes
        frames[last].depth = max(frames[last].depth, measured.depth + 1)
        guard frames[last].nodes <= limits.nodes else { throw .tooLarge(limit: limits.nodes) }
        guard frames.count + measured.depth - 1 <= limits.depth else { throw .tooDeep(limit: limits.depth) }
    }
}
