import Foundation
import Synchronization

/// A result backend in this process's memory, for tests and for programs that are their own workers.
public final class MemoryResultBackend: ResultBackend {
    private struct State {
        var documents = ExpiringValues<TaskID, ResultDocument>()
        var chords: ChordLedger
        var watchers: [TaskID: [UUID: AsyncThrowingStream<ResultDocument, any Error>.Continuation]] = [:]
    }

    private let state: Mutex<State>
    /// None.
    public let address: String? = nil
    /// None.
    public let transportOptions: JSONObject = [:]
    /// How results are kept.
    public let settings: ResultSettings

    /// Makes an empty backend.
    ///
    /// - Parameter settings: How results are kept.
    public init(settings: ResultSettings = .init()) {
        self.settings = settings
        state = Mutex(State(chords: ChordLedger(settings)))
    }

    /// Stores a state and tells those who wait for it; a stored SUCCESS is never overwritten.
    public func store(_ document: ResultDocument) async throws {
        let watchers = state.withLock { state in
            if state.documents.value(of: document.taskID)?.state == .success {
                return [AsyncThrowingStream<ResultDocument, any Error>.Continuation]()
            }
            let lifetime = settings.lifetime(of: document.state)
            state.documents.set(document, of: document.taskID, lifetime: lifetime)
            return state.watchers[document.taskID].map { Array($0.values) } ?? []
        }
        for watcher in watchers {
            watcher.yield(document)
            if document.state.isReady { watcher.finish() }
        }
    }

    /// The last stored state.
    public func document(for id: TaskID) async throws -> ResultDocument? {
        state.withLock { $0.documents.value(of: id) }
    }

    /// Follows a task: the stored state first, then each one as it is stored.
    public func withUpdates<R: Sendable>(
        of id: TaskID,
        _ body: @Sendable (AsyncThrowingStream<ResultDocument, any Error>) async throws -> R
    ) async throws -> R {
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: ResultDocument.self)
        let watcher = UUID()
        state.withLock { state in
            if let document = state.documents.value(of: id) {
                continuation.yield(document)
                if document.state.isReady { continuation.finish() }
            }
            state.watchers[id, default: [:]][watcher] = continuation
        }
        defer {
            state.withLock { state in
                state.watchers[id]?[watcher] = nil
                if state.watchers[id]?.isEmpty == true { state.watchers[id] = nil }
            }
        }
        return try await body(stream)
    }

    /// Removes a stored state.
    public func forget(_ id: TaskID) async throws {
        state.withLock { $0.documents.remove(id) }
    }

    /// Makes effects true one after another.
    public func apply(_ effects: [Effect]) async throws -> [ChordClaim] {
        var claims: [ChordClaim] = []
        for effect in effects {
            switch effect {
            case .store(let document):
                try await store(document)
            case .endChordPart(let part):
                let claim = state.withLock { state -> ChordClaim? in
                    let stored = state.documents.value(of: part.id)?.state
                    guard !part.unlessFailed || !(stored == .failure || stored == .revoked) else { return nil }
                    return state.chords.end(part)
                }
                if let claim { claims.append(claim) }
            case .startChord(let group, let size):
                state.withLock { $0.chords.start(group, size: size) }
            case .extendChord(let group, let count):
                state.withLock { $0.chords.extend(group, by: count) }
            case .saveGroup(let id, let result):
                state.withLock { $0.chords.save(id, result) }
            case .publish, .settleChord, .once:
                break
            }
        }
        return claims
    }

    /// Whether a claim still stands.
    public func holdChord(_ group: String, token: String) async throws -> Bool {
        state.withLock { $0.chords.isHeld(group, token: token) }
    }

    /// Ends a chord that is held.
    public func closeChord(_ group: String, token: String, isSuccess: Bool) async throws {
        state.withLock { $0.chords.close(group, token: token, isSuccess: isSuccess) }
    }

    /// The saved result of a group.
    public func savedGroup(_ id: String) async throws -> JSONValue? {
        state.withLock { $0.chords.group(id) }
    }
}
