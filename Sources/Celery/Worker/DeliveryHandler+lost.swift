import Logging

extension DeliveryHandler {
    /// Ends a task whose worker was lost after it had acknowledged the message.
    ///
    /// How the task ended may be stored nevertheless; then it stays so (celery/worker/request.py, `_success_was_stored`).
    /// Where broker and results are two servers, that is stored first: what follows from it was to be sent with the end of
    /// the delivery and is sent now. Where they are one, another run has stored it, and has sent what follows.
    func endLost(_ request: TaskRequest, _ key: HeldMessages.Key) async {
        let task = "Task \(request.message.displayName)[\(request.id)]"
        held.setAcknowledgement(.done, of: key)
        // A worker that stops cold leaves it to the next one.
        guard let stored = await untilDone({ try await storedEnd(of: request) }) else { return }
        let outcome = stored ?? .workerLost("Worker was lost before its task ended.")
        var plan = plan(outcome, request, isAcknowledged: true)
        if stored == nil {
            logger.error("\(task) ran on a worker that was lost")
        } else {
            logger.warning("\(task) had ended before its worker was lost")
            plan.keepStoredEnd(sends: !broker.sharesServer(with: results))
        }
        await finish(key, plan)
        node.events.taskEnded(TrackedTask(request, number: 0), outcome, plan, runtime: .zero)
    }

    /// How a task ended, if that is stored.
    private func storedEnd(of request: TaskRequest) async throws -> TaskOutcome? {
        let document: ResultDocument?
        do {
            document = try await results.document(for: request.id)
        } catch let error as CeleryError where error.code == .codingFailed {
            // What cannot be read tells nothing.
            return nil
        }
        guard let document else { return nil }
        switch document.state {
        case .success:
            return .success(document.result)
        case .failure:
            return PythonException(json: document.result).map { .failure($0, traceback: document.traceback) }
        case .revoked:
            return .revoked(reason: "revoked")
        default:
            return nil
        }
    }
}

extension CompletionPlan {
    /// Leaves the state of the task itself as it is stored.
    ///
    /// - Parameter sends: Whether what follows is still to be sent. If not, only a part of a chord is still counted, which is
    ///   counted once however often that is tried.
    fileprivate mutating func keepStoredEnd(sends: Bool) {
        effects.removeAll { effect in
            switch effect {
            case .store(let document): !sends || document.taskID == request.id
            case .endChordPart(let part): !sends && part.id != request.id
            default: !sends
            }
        }
        if !sends { errbacks = [] }
    }
}
