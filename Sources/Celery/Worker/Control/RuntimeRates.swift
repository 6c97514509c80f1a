import Synchronization

/// The rates of tasks as somebody has set them from afar.
final class RuntimeRates: RateControl {
    private let rates = Mutex<[String: String]>([:])

    func rate(of task: String) -> String? { rates.withLock { $0[task] } }

    func setRate(_ rate: String?, of task: String) {
        rates.withLock { $0[task] = rate }
    }
}
