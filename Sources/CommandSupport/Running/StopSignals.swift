import UnixSignals

/// What signals ask for (celery/apps/worker.py): the first TERM or INT is a warm stop, the second and QUIT a cold one.
struct StopSignals {
    /// How to stop.
    enum Stop: Equatable {
        /// Let running tasks end.
        case warm
        /// Hand back what is held and end running tasks.
        case cold
    }

    /// The signals that are listened to.
    static let all: [UnixSignal] = [.sigterm, .sigint, .sigquit]

    private let isTermCold: Bool
    private(set) var stop: Stop?

    /// - Parameter environment: With `REMAP_SIGTERM=SIGQUIT`, TERM is a cold stop, as in Celery.
    init(environment: [String: String]) {
        isTermCold = environment["REMAP_SIGTERM"] == "SIGQUIT"
    }

    /// Takes a signal.
    ///
    /// - Returns: What has to be done now; nil when it is being done already.
    mutating func receive(_ signal: UnixSignal) -> Stop? {
        let isCold = signal == .sigquit || (signal == .sigterm && isTermCold) || stop != nil
        guard stop != .cold else { return nil }
        stop = isCold ? .cold : .warm
        return stop
    }
}
