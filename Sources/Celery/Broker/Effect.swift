/// One thing that becomes true in the broker or in the result backend.
///
/// What is to become true together is a list of effects: a broker that shares its server with the result backend makes
/// all of it true in one step.
public enum Effect: Sendable {
    /// A state is stored and published; a stored SUCCESS stays.
    case store(ResultDocument)
    /// A message goes to its queue.
    case publish(OutgoingMessage)
    /// A task of a chord's header has ended.
    case endChordPart(ChordPart)
    /// A chord whose parts have all ended is settled: its body is sent, or nothing more is expected of it.
    case settleChord(ChordSettlement)
    /// A chord's header is about to be sent: so many parts are waited for.
    case startChord(group: String, size: Int)
    /// A chord waits for more parts than its header had.
    case extendChord(group: String, by: Int)
    /// The result of a group is saved, so that its members can be found by its id.
    case saveGroup(id: String, result: JSONValue)
    /// What stands beside it becomes true once, however often the step of that name is tried.
    ///
    /// Only where something is stored in another process, whose answers can get lost.
    case once(step: String)

    /// Whether it is about the result backend alone.
    var concernsResults: Bool {
        switch self {
        case .publish, .settleChord: false
        case .store, .endChordPart, .startChord, .extendChord, .saveGroup, .once: true
        }
    }
}

/// The end of one task of a chord's header.
public struct ChordPart: Sendable {
    /// The id of the header's group.
    public var group: String
    /// The task's place in the header; nil sorts last.
    public var index: Int?
    /// The id of the task.
    public var id: TaskID
    /// How it ended.
    public var state: TaskState
    /// Its return value, or its exception as Celery stores it.
    public var result: JSONValue
    /// Whether a part that was recorded as failed before is not recorded again.
    public var unlessFailed: Bool
    /// Whether nobody knows if the group is a chord's header, and what comes of the chord.
    ///
    /// Such a part is counted, also when the chord's size is yet to come, but it never completes the chord.
    public var isUncertain: Bool
    /// Who settles the chord if this is its last part: the same for each try of one completion.
    public var token: String

    /// Makes a part.
    public init(
        group: String,
        index: Int?,
        id: TaskID,
        state: TaskState,
        result: JSONValue,
        unlessFailed: Bool = false,
        isUncertain: Bool = false,
        token: String
    ) {
        self.group = group
        self.index = index
        self.id = id
        self.state = state
        self.result = result
        self.unlessFailed = unlessFailed
        self.isUncertain = isUncertain
        self.token = token
    }

    /// The part as Celery records it (celery/backends/redis.py, `on_chord_part_return`).
    public var json: JSONValue { [1, .string(id.rawValue), .string(state.rawValue), result] }
}

/// What becomes of a chord whose parts have all ended.
public struct ChordSettlement: Sendable {
    /// The id of the header's group.
    public var group: String
    /// The token with which the chord was claimed; nothing happens if somebody else has claimed it meanwhile.
    public var token: String
    /// Whether all parts have succeeded; otherwise the parts are kept to be looked at.
    public var isSuccess: Bool
    /// What becomes true with it: the body's messages, or those of its error callbacks.
    public var effects: [Effect]

    /// Makes a settlement.
    public init(group: String, token: String, isSuccess: Bool, effects: [Effect]) {
        self.group = group
        self.token = token
        self.isSuccess = isSuccess
        self.effects = effects
    }
}

/// A chord whose last part has ended, to be settled by whoever has claimed it.
public struct ChordClaim: Sendable {
    /// The id of the header's group.
    public var group: String
    /// The parts in the header's order: `[1, id, state, result]`.
    public var parts: [JSONValue]
    /// The saved result of the group, if groups within the header made that necessary.
    public var savedResult: JSONValue?

    /// Makes a claim.
    public init(group: String, parts: [JSONValue], savedResult: JSONValue? = nil) {
        self.group = group
        self.parts = parts
        self.savedResult = savedResult
    }
}
