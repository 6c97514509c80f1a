/// A result backend that keeps states and nothing else: tasks work, chords are refused.
public protocol SimpleResultBackend: ResultBackend {}

extension SimpleResultBackend {
    /// None.
    public var address: String? { nil }

    /// None.
    public var transportOptions: JSONObject { [:] }

    /// Celery's defaults.
    public var settings: ResultSettings { ResultSettings() }

    /// Stores states; refuses what concerns chords and groups.
    public func apply(_ effects: [Effect]) async throws -> [ChordClaim] {
        for effect in effects where effect.concernsResults {
            guard case .store(let document) = effect else { throw Self.chordsAreUnsupported }
            try await store(document)
        }
        return []
    }

    /// Refuses.
    public func holdChord(_ group: String, token: String) async throws -> Bool { throw Self.chordsAreUnsupported }

    /// Refuses.
    public func closeChord(_ group: String, token: String, isSuccess: Bool) async throws {
        throw Self.chordsAreUnsupported
    }

    /// Nothing is saved.
    public func savedGroup(_ id: String) async throws -> JSONValue? { nil }

    private static var chordsAreUnsupported: CeleryError {
        CeleryError(.invalidConfiguration, "this result backend cannot count the parts of chords: use Redis or memory")
    }
}
