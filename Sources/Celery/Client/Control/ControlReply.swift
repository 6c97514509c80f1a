/// One worker's answer to a control request.
public struct ControlReply: Sendable, Hashable {
    /// The node name of the worker.
    public var node: String
    /// What it answered.
    public var answer: JSONValue

    /// Makes a reply.
    public init(node: String, answer: JSONValue) {
        self.node = node
        self.answer = answer
    }
}
