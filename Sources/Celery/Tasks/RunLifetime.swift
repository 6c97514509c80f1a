import Synchronization

/// The time in which a run of a task may ask things of its worker.
///
/// What the run has left behind and goes on without it is refused: by then the task's state is final, and its process
/// may be running another one.
final class RunLifetime: Sendable {
    private struct State {
        var underWay = 0
        var isOver = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Does something that the run has asked for.
    ///
    /// - Parameter body: What to do; the run does not end before it has.
    /// - Returns: What it returned; nil, without doing it, when the run is over.
    func perform<T>(_ body: () async throws -> T) async rethrows -> T? {
        let isOver = state.withLock { state in
            if !state.isOver { state.underWay += 1 }
            return state.isOver
        }
        if isOver { return nil }
        defer {
            state.withLock { state in
                state.underWay -= 1
                return state.underWay == 0 ? state.waiter.take() : nil
            }?.resume()
        }
        return try await body()
    }

    /// Ends it, once everything that is under way is done.
    func end() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isOver = true
                if state.underWay > 0 { state.waiter = continuation }
                return state.underWay == 0
            }
            if isIdle { continuation.resume() }
        }
    }
}

extension TaskLink {
    /// The link as long as a run lasts.
    ///
    /// - Parameters:
    ///   - lifetime: The run.
    ///   - refused: Is told what came too late and is not passed on.
    /// - Returns: A link whose `send` throws ``CeleryError`` with the code `taskEnded` later on.
    func during(_ lifetime: RunLifetime, refused: @escaping @Sendable (String) -> Void) -> TaskLink {
        TaskLink(
            report: { state, meta in
                if await lifetime.perform({ await report(state, meta) }) == nil { refused("a report") }
            },
            send: { sending in
                guard let result = try await lifetime.perform({ try await send(sending) }) else {
                    throw CeleryError(
                        .taskEnded,
                        "what a task sends must be sent before the task returns; later on, send it with a CeleryClient"
                    )
                }
                return result
            },
            sendEvent: { event in
                if await lifetime.perform({ await sendEvent(event) }) == nil { refused("an event") }
            }
        )
    }
}
