/// How a program is stopped.
package struct StopRules: Sendable {
    /// How long its services take at most for a warm stop; nil if nobody knows.
    package var drainTimeout: Duration?
    /// How long running tasks may go on when a cold stop is asked for (`worker_soft_shutdown_timeout`).
    package var softTimeout: Duration
    /// Whether that time passes although nothing runs (`worker_enable_soft_shutdown_on_idle`).
    package var isSoftOnIdle: Bool
    /// Whether HUP restarts the program; it is left to the system otherwise.
    package var restartsOnHangup: Bool
    /// Tells the log what runs, on USR1; that signal is left to the system when nil.
    package var report: (@Sendable () -> Void)?
    /// Where signals are obeyed: apart from tasks, which may occupy all threads of the cooperative pool.
    package var executor: (any TaskExecutor)?

    /// Makes rules.
    package init(
        drainTimeout: Duration? = nil,
        softTimeout: Duration = .zero,
        isSoftOnIdle: Bool = false,
        restartsOnHangup: Bool = false,
        report: (@Sendable () -> Void)? = nil
    ) {
        self.drainTimeout = drainTimeout
        self.softTimeout = softTimeout
        self.isSoftOnIdle = isSoftOnIdle
        self.restartsOnHangup = restartsOnHangup
        self.report = report
    }
}
