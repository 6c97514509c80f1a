/// Where the states and results of tasks are kept.
///
/// A backend that keeps states alone is a ``SimpleResultBackend``.
public protocol ResultBackend: Sendable {
    /// Where it is, as `inspect conf` shows it: a URL without its password; nil for one in memory.
    var address: String? { get }

    /// What `inspect conf` shows of its transport's options beside what the ``settings`` say.
    var transportOptions: JSONObject { get }

    /// How results are kept; Celery's defaults unless a backend says otherwise.
    var settings: ResultSettings { get }

    /// Stores a state and tells those who wait for it; a stored SUCCESS is never overwritten.
    ///
    /// - Parameter document: The state to store.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    func store(_ document: ResultDocument) async throws

    /// The last stored state.
    ///
    /// - Parameter id: The task's id.
    /// - Returns: Nil when nothing is stored: the task is pending, unknown or forgotten, which nobody can tell apart.
    /// - Throws: ``CeleryError`` with the code `unavailable`, or `codingFailed` when the stored text is not a result.
    func document(for id: TaskID) async throws -> ResultDocument?

    /// Follows a task: the stored state first, then each one as it is stored.
    ///
    /// - Parameters:
    ///   - id: The task's id.
    ///   - body: Reads the updates; they end after a final state.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, or ``CeleryError`` with the code `unavailable`.
    func withUpdates<R: Sendable>(
        of id: TaskID,
        _ body: @Sendable (AsyncThrowingStream<ResultDocument, any Error>) async throws -> R
    ) async throws -> R

    /// Removes a stored state.
    ///
    /// - Parameter id: The task's id.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    func forget(_ id: TaskID) async throws

    /// Makes effects true that concern results alone, in one step.
    ///
    /// - Parameter effects: Stored states, parts and starts of chords, saved groups.
    /// - Returns: The chords whose last part was among the effects, claimed with the part's token.
    /// - Throws: ``CeleryError`` with the code `unavailable`; trying again is safe but for ``Effect/extendChord(group:by:)``.
    func apply(_ effects: [Effect]) async throws -> [ChordClaim]

    /// Makes sure of a chord before its body is sent.
    ///
    /// - Parameters:
    ///   - group: The id of the header's group.
    ///   - token: The token with which it was claimed.
    /// - Returns: False if somebody else has claimed or settled it meanwhile.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    func holdChord(_ group: String, token: String) async throws -> Bool

    /// Ends a chord that is held.
    ///
    /// - Parameters:
    ///   - group: The id of the header's group.
    ///   - token: The token with which it was claimed.
    ///   - isSuccess: Whether its body was sent; otherwise the parts are kept to be looked at.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    func closeChord(_ group: String, token: String, isSuccess: Bool) async throws

    /// The saved result of a group.
    ///
    /// - Parameter id: The group's id.
    /// - Returns: `[[id, parent], members]`; nil when none is saved.
    /// - Throws: ``CeleryError`` with the code `unavailable` or `codingFailed`.
    func savedGroup(_ id: String) async throws -> JSONValue?
}

extension ResultBackend {
    /// None.
    public var address: String? { nil }

    /// None.
    public var transportOptions: JSONObject { [:] }

    /// Celery's defaults.
    public var settings: ResultSettings { ResultSettings() }
}
