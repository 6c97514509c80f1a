/// A failure, as an error callback gets it: Celery's `(request, exc, traceback)`.
public struct TaskFailure: Sendable {
    /// The id of the task that failed.
    public var id: TaskID
    /// Its name; nil for what failed without having run, such as the body of a chord.
    public var task: String?
    /// The exception.
    public var exception: PythonException
    /// The traceback, if there is one.
    public var traceback: String?
    /// The arguments that the error callback's signature holds; they come after the three in Python.
    public var arguments: RawArguments

    /// Makes a failure.
    public init(
        id: TaskID,
        task: String? = nil,
        exception: PythonException,
        traceback: String? = nil,
        arguments: RawArguments = .init()
    ) {
        self.id = id
        self.task = task
        self.exception = exception
        self.traceback = traceback
        self.arguments = arguments
    }
}
