import Logging

/// Runs a registered task in this process and turns whatever it does into an outcome.
struct TaskRunner: Sendable {
    let registry: TaskRegistry
    let logger: Logger

    /// Runs one call.
    ///
    /// - Parameters:
    ///   - request: The call; its task is registered.
    ///   - softTimeLimit: When to cancel the task.
    ///   - link: Connects the task with its worker.
    /// - Returns: How it ended.
    func run(
        _ request: TaskRequest,
        softTimeLimit: Duration?,
        link: TaskLink
    ) async -> TaskOutcome {
        guard let definition = registry[request.task] else {
            return .failure(.notRegistered(request.task), traceback: nil)
        }
        let lifetime = RunLifetime()
        let (logger, name) = (logger, "\(request.message.displayName)[\(request.id)]")
        let ownLink = link.during(lifetime) { what in logger.warning("\(what) of task \(name) came after its end") }
        let context = TaskContext(request: request, registry: registry, logger: logger, link: ownLink)
        let outcome = await run(definition, context, softTimeLimit)
        await lifetime.end()
        return outcome
    }

    private func run(
        _ definition: TaskDefinition,
        _ context: TaskContext,
        _ softTimeLimit: Duration?
    ) async -> TaskOutcome {
        guard let softTimeLimit else { return await run(definition, context) }
        return await withTaskGroup(of: TaskOutcome?.self) { group in
            group.addTask { await run(definition, context) }
            group.addTask {
                // Ends early only by cancellation, when the task was faster.
                try? await Task.sleep(for: softTimeLimit)
                return nil
            }
            let first = await group.next() ?? nil
            // Then it is the worker that stops, or somebody who ends the task.
            let isCancelled = Task.isCancelled
            if first == nil, !isCancelled { tellOfSoftLimit(softTimeLimit, context.request) }
            group.cancelAll()
            if let first { return first }
            let late = await group.next() ?? nil
            if isCancelled, let late { return late }
            // A task that handles its cancellation and still returns a value has succeeded, as in Python.
            if case .success(let value) = late { return .success(value) }
            return ended(by: PythonException.softTimeLimitExceeded, definition, context)
        }
    }

    // celery/worker/request.py, on_timeout
    private func tellOfSoftLimit(_ limit: Duration, _ request: TaskRequest) {
        let shown = limit.jsonSeconds.pythonRepr()
        logger.warning("Soft time limit (\(shown)s) exceeded for \(request.message.displayName)[\(request.id)]")
    }

    private func run(_ definition: TaskDefinition, _ context: TaskContext) async -> TaskOutcome {
        do {
            return .success(try await definition.run(context))
        } catch let retry as Retry {
            return outcome(of: retry, definition, context)
        } catch let replace as Replace {
            return .replaced(by: replace.signature)
        } catch let reject as Reject {
            return .reject(reason: reject.reason, requeue: reject.requeue)
        } catch is Ignore {
            return .ignore
        } catch is CancellationError where Task.isCancelled {
            return .interrupted
        } catch {
            return ended(by: error, definition, context)
        }
    }

    private func outcome(of retry: Retry, _ definition: TaskDefinition, _ context: TaskContext) -> TaskOutcome {
        let cause = retry.cause.map { PythonException($0) }
        let message = context.request.message
        return .retry(
            retry.resolved(for: message, parameters: retry.changesArguments ? definition.parameterNames() : []),
            cause: cause,
            traceback: cause.map { Self.traceback(of: $0, in: definition.name) }
        )
    }

    /// What an error leads to: another run if the task's policy says so (celery/app/autoretry.py), else its failure.
    private func ended(by error: any Error, _ definition: TaskDefinition, _ context: TaskContext) -> TaskOutcome {
        guard let policy = definition.options.autoRetry, policy.isWorthARetry(error) else {
            return Self.failure(PythonException(error), in: definition.name)
        }
        var generator = SystemRandomNumberGenerator()
        let delay = policy.delay(retries: context.request.retries, using: &generator)
        let retry = Retry(after: delay, cause: error, maxRetries: policy.maxRetries)
        return outcome(of: retry, definition, context)
    }

    private static func failure(_ exception: PythonException, in task: String) -> TaskOutcome {
        .failure(exception, traceback: traceback(of: exception, in: task))
    }

    /// A traceback in Python's shape.
    ///
    /// Swift keeps no frames of a thrown error, so the one frame names the task.
    private static func traceback(of exception: PythonException, in task: String) -> String {
        exception.traceback(frames: [TracebackFrame(file: "<swift>", line: 0, function: task)])
    }
}
