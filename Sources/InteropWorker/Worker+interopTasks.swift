import Celery
import Foundation

extension Worker {
    /// Registers the tasks that the tests send.
    mutating func registerInteropTasks() {
        registerPlainTasks()
        registerProcessTasks()
        registerFailingTasks()
        registerCanvasTasks()
        registerTimeTasks()
        registerTraceTasks()
        registerEventTasks()
        registerDifferentialTasks()
        registerControlCommands()
    }

    private mutating func registerControlCommands() {
        registerControlCommand("interop_greet") { call in ["hello": call.arguments["name"] ?? .null] }
        registerControlCommand("interop_fail") { _ in throw PythonException.valueError("asked to fail") }
    }

    private mutating func registerPlainTasks() {
        register(Sum.self) { call, _ in call.numbers.reduce(0, +) }
        register(Add.self) { parameters, _ in
            let (sum, overflow) = parameters.x.addingReportingOverflow(parameters.y)
            guard !overflow else {
                throw PythonException("OverflowError", message: "the sum is too large")
            }
            return sum
        }
        register(Echo.self) { parameters, _ in parameters.value }
        register(Report.self) { parameters, context in
            for number in 0..<max(0, parameters.n) {
                await context.progress(current: number + 1, total: parameters.n, message: "step \(number + 1)")
            }
            return parameters.n
        }
    }

    private mutating func registerEventTasks() {
        register(SendEvent.self) { _, context in
            await context.sendEvent("task-progress", fields: ["current": 1, "total": 2])
            return .null
        }
    }

    private mutating func registerProcessTasks() {
        register(Sleep.self) { parameters, context in
            await context.reportPID()
            try await Task.sleep(for: .seconds(parameters.seconds))
            return parameters.seconds
        }
        register(SleepEarly.self, options: TaskOptions(acknowledgement: .early)) { parameters, context in
            await context.reportPID()
            try await Task.sleep(for: .seconds(parameters.seconds))
            return parameters.seconds
        }
        register(Block.self) { parameters, context in
            await context.reportPID()
            blockThread(seconds: parameters.seconds)
            return parameters.seconds
        }
        register(ShowPID.self) { _, _ in Int(getpid()) }
        register(Die.self) { _, _ in
            kill(getpid(), SIGKILL)
            return .null
        }
        register(DieRequeue.self, options: TaskOptions(rejectOnWorkerLost: true)) { _, _ in
            kill(getpid(), SIGKILL)
            return .null
        }
    }

    private mutating func registerFailingTasks() {
        register(Fail.self) { parameters, _ in
            throw PythonException("ValueError", message: parameters.message)
        }
        register(FailSwift.self) { _, _ in throw InteropFailure(reason: "a Swift error") }
        register(RetryTimes.self, options: TaskOptions(maxRetries: nil)) { parameters, context in
            guard context.request.retries >= parameters.times else { throw Retry(after: .zero) }
            return context.request.retries
        }
    }
}

/// What `interop.fail_swift` throws.
struct InteropFailure: Error {
    var reason: String
}

extension TaskContext {
    /// Tells the test which process it is in: to be asked for more, or to be killed.
    func reportPID() async {
        await updateState(.progress, meta: ["pid": .integer(Int(getpid()))])
    }
}

/// Holds the thread, as C code does, deaf to cancellation.
func blockThread(seconds: Double) {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end { usleep(10_000) }
}
