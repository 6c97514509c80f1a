/// A node of a YAML document as it was written: which type a scalar has is for others to say.
package indirect enum YAMLNode: Sendable {
    /// A scalar; `isPlain` if nothing but its text tells its type.
    case scalar(String, tag: String?, isPlain: Bool)
    /// A sequence.
    case sequence([YAMLNode], tag: String?)
    /// A mapping, in its order, with keys that may occur again.
    case mapping([(key: YAMLNode, value: YAMLNode)], tag: String?)
}

/// How large and how deep a document may be with its aliases written out.
package struct YAMLLimits: Sendable {
    /// The most nodes.
    package var nodes: Int
    /// The deepest nesting.
    package var depth: Int

    /// Makes limits.
    package init(nodes: Int, depth: Int) {
        self.nodes = nodes
        self.depth = depth
    }
}
