import Logging

/// What a worker knows of revoked tasks, beside ``WorkerState`` also in the broker.
extension WorkerNode {
    /// Takes note that tasks are revoked, and has the broker remember it for workers that start later.
    func revoke(_ ids: [TaskID]) async {
        state.revoke(ids)
        await rememberRevoked(ids)
    }

    /// Has the broker remember what this worker knows to be revoked.
    func rememberRevoked(_ ids: [TaskID]) async {
        guard settings.remembersRevoked, !ids.isEmpty else { return }
        do {
            try await broker.rememberRevoked(ids, for: settings.revokesLifetime, limit: settings.revokesLimit)
        } catch {
            // The workers that are there know it all the same.
            logger.warning("revoked tasks cannot be remembered", metadata: ["error": "\(error)"])
        }
    }

    /// Takes over what another worker knows (celery/worker/state.py, `merge_revoked`).
    ///
    /// Celery's workers tell nobody but those that ask them, so the broker has to be told what is new.
    func mergeRevoked(_ ids: [TaskID]) async {
        let known = Set(state.revoked)
        await revoke(ids.filter { !known.contains($0) })
    }
}
