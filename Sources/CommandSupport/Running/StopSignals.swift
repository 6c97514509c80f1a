import UnixSignals

/// What signals ask for (celery/apps/worker.py).
///
/// The first TERM or INT is a warm stop, the next one and QUIT a cold one, before which tasks get some time if that is
/// set. HUP is a warm stop after which the program starts again, unless it is asked to stop meanwhile.
struct StopSignals {
    /// What to do.
    enum Step: Equatable {
        /// Let running tasks end.
        case warm
        /// Let running tasks end for so long, then stop cold.
        case soft(Duration)
        /// Hand back what is held and end running tasks.
        case cold
        /// Tell the log what runs.
        case report
    }

    private enum Stage {
        case running
        case warm
        case soft
        case cold
    }

    private let isTermCold: Bool
    private let softTimeout: Duration
    private var stage = Stage.running
    /// Whether the program is to start again when it has stopped.
    private(set) var isRestart = false

    /// - Parameters:
    ///   - environment: With `REMAP_SIGTERM=SIGQUIT`, TERM is a cold stop, as in Celery.
    ///   - softTimeout: How long running tasks get before a cold stop (`worker_soft_shutdown_timeout`).
    init(environment: [String: String], softTimeout: Duration = .zero) {
        isTermCold = environment["REMAP_SIGTERM"] == "SIGQUIT"
        self.softTimeout = softTimeout
    }

    /// Takes a signal.
    ///
    /// - Returns: What has to be done now; nil when it is being done already.
    mutating func receive(_ signal: UnixSignal) -> Step? {
        if signal == .sigusr1 { return .report }
        if signal == .sighup {
            guard stage == .running else { return nil }
            isRestart = true
            return stopWarm()
        }
        let isFirst = stage == .running || isRestart
        isRestart = false
        let isCold = signal == .sigquit || (signal == .sigterm && isTermCold) || !isFirst
        return isCold ? stopCold() : stopWarm()
    }

    private mutating func stopWarm() -> Step? {
        guard stage == .running else { return nil }
        stage = .warm
        return .warm
    }

    private mutating func stopCold() -> Step? {
        switch stage {
        case .running where softTimeout > .zero, .warm where softTimeout > .zero:
            stage = .soft
            return .soft(softTimeout)
        case .running, .warm, .soft:
            stage = .cold
            return .cold
        case .cold:
            return nil
        }
    }
}
