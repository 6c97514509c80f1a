/// What a task's message says about the tasks that follow it.
///
/// The signatures are kept as JSON: most tasks have none, and those that have some pass them on unchanged.
public struct TaskEmbed: Sendable, Hashable {
    /// The signatures to send when the task succeeds.
    public var callbacks: [JSONValue]?
    /// The signatures to send or call when the task fails.
    public var errbacks: [JSONValue]?
    /// The rest of the chain in reverse: the next task is the last element.
    public var chain: [JSONValue]?
    /// The body of the chord in whose header the task is.
    public var chord: JSONValue?

    /// Makes an embed.
    ///
    /// - Parameters:
    ///   - callbacks: The signatures to send when the task succeeds.
    ///   - errbacks: The signatures to send or call when the task fails.
    ///   - chain: The rest of the chain, the next task last.
    ///   - chord: The body of the chord in whose header the task is.
    public init(
        callbacks: [JSONValue]? = nil,
        errbacks: [JSONValue]? = nil,
        chain: [JSONValue]? = nil,
        chord: JSONValue? = nil
    ) {
        self.callbacks = callbacks
        self.errbacks = errbacks
        self.chain = chain
        self.chord = chord
    }

    /// The members as they stand in a message's body.
    public var jsonValue: JSONValue {
        [
            "callbacks": callbacks.map { .array($0) } ?? .null,
            "errbacks": errbacks.map { .array($0) } ?? .null,
            "chain": chain.map { .array($0) } ?? .null,
            "chord": chord ?? .null,
        ]
    }

    /// Reads the members of a body's third element, or of protocol 1's body.
    init(_ members: MemberReader) throws(MessageError) {
        callbacks = try Self.signatures(members, "callbacks")
        errbacks = try Self.signatures(members, "errbacks")
        chain = try Self.signatures(members, "chain")
        chord = try members.object("chord").map { .object($0) }
    }

    /// A list of signatures, or a single one, which Celery's `maybe_list` takes as a list.
    private static func signatures(_ members: MemberReader, _ name: String) throws(MessageError) -> [JSONValue]? {
        if case .object(let single) = members.value(name) {
            return [.object(single)]
        }
        return try members.array(name)
    }
}
