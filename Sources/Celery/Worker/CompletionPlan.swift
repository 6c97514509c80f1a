import Foundation

/// What follows from the way a task ended: the state to store, the messages to send, the end of the delivery.
///
/// Pure: everything that decides is an argument.
struct CompletionPlan: Sendable {
    var disposition: Completion.Disposition = .acknowledge
    var result: ResultDocument?
    var messages: [OutgoingMessage] = []
    /// The exception of the stored state, for the log.
    var exception: PythonException?
    /// Whether the task will be run again by a retry.
    var isRetry = false

    /// Decides.
    ///
    /// - Parameters:
    ///   - outcome: How the task ended.
    ///   - request: Its call.
    ///   - options: Its options.
    ///   - isAcknowledged: Whether its message was acknowledged before it ran, so that nothing can go back.
    ///   - now: The time of its end.
    init(
        _ outcome: TaskOutcome,
        of request: TaskRequest,
        options: TaskOptions,
        isAcknowledged: Bool = false,
        now: Date
    ) {
        switch outcome {
        case .success(let value):
            if !Self.ignoresResult(request, options) {
                result = Self.document(.success, value, request, now: now)
            }
        case .failure(let exception, let traceback):
            fail(exception, traceback, request, options, now)
        case .retry(let delay, let maxRetries, let cause, let traceback):
            guard let most = maxRetries ?? options.maxRetries, request.retries >= most else {
                retry(after: delay ?? options.retryDelay, cause, traceback, request, options, now)
                return
            }
            // celery/app/task.py, retry: the cause itself, or MaxRetriesExceededError where there is none.
            let exception =
                cause
                ?? .maxRetriesExceeded(
                    task: request.task,
                    id: request.id,
                    args: request.message.argsRepr,
                    kwargs: request.message.kwargsRepr
                )
            fail(exception, traceback, request, options, now)
        case .reject(_, requeue: true):
            disposition = .requeue
        case .reject(let reason, requeue: false):
            fail(.reject(.string(reason), requeue: false), nil, request, options, now)
        case .ignore:
            break
        case .workerLost(let how):
            // celery/worker/request.py, on_failure: an acknowledged message cannot be rejected, so its task fails.
            if options.rejectOnWorkerLost, !isAcknowledged {
                disposition = .requeue
            } else {
                fail(.workerLost(how), nil, request, options, now)
            }
        case .timeLimitExceeded(let limit):
            fail(.timeLimitExceeded(limit), nil, request, options, now)
        case .interrupted:
            disposition = .requeue
        }
    }

    private mutating func fail(
        _ exception: PythonException,
        _ traceback: String?,
        _ request: TaskRequest,
        _ options: TaskOptions,
        _ now: Date
    ) {
        self.exception = exception
        guard !Self.ignoresResult(request, options) || options.storeErrorsEvenIfIgnored else { return }
        result = Self.document(.failure, exception.jsonValue, request, traceback: traceback, now: now)
    }

    private mutating func retry(
        after delay: Duration,
        _ cause: PythonException?,
        _ traceback: String?,
        _ request: TaskRequest,
        _ options: TaskOptions,
        _ now: Date
    ) {
        isRetry = true
        let exception = cause ?? .retry("Retry in \(delay.seconds)s")
        self.exception = exception
        let message = request.message.retry(at: now.addingTimeInterval(delay.seconds))
        messages = [OutgoingMessage(queue: request.queue, message: message)]
        guard !Self.ignoresResult(request, options) else { return }
        result = Self.document(.retry, exception.jsonValue, request, traceback: traceback, now: now)
    }

    /// The message's word counts; null in it means the task's own (celery/worker/request.py).
    static func ignoresResult(_ request: TaskRequest, _ options: TaskOptions) -> Bool {
        request.message.ignoreResult ?? options.ignoreResult
    }

    /// A state of a task, with the members that come from its message.
    static func document(
        _ state: TaskState,
        _ result: JSONValue,
        _ request: TaskRequest,
        traceback: String? = nil,
        now: Date
    ) -> ResultDocument {
        ResultDocument(
            taskID: request.id,
            state: state,
            result: result,
            traceback: traceback,
            // celery/backends/base.py, _get_result_meta: only final states have a time.
            dateDone: state.isReady ? now : nil,
            groupID: request.message.group,
            parentID: request.message.parentID
        )
    }
}
