import Celery

extension Worker {
    /// Registers the tasks that the suite's producers call by name.
    mutating func registerSuiteTasks(_ redis: SuiteRedis) {
        registerValueTasks()
        registerWaitingTasks()
        registerModelTasks()
        registerRedisTasks(redis)
        registerRequestTasks()
        registerFailingTasks()
        registerRetryingTasks()
        registerRetriesWithArguments()
        registerReplacingTasks()
        registerReplacingChains(redis)
        registerChordAddingTasks()
        registerErrbacks(redis)
        registerSignatureTasks()
    }
}

/// The names of the suite's tasks.
enum SuiteName {
    /// The full name of a task.
    static func of(_ task: String) -> String { "t.integration.tasks.\(task)" }
}

extension Signature {
    /// A signature of one of the suite's tasks.
    init(suite task: String, _ args: JSONValue..., immutable: Bool = false) {
        self.init(SuiteName.of(task), args: args, immutable: immutable)
    }
}
