import ServiceLifecycle
import Synchronization

/// Keeps a program running until the time for tasks before a cold stop is over, although nothing runs any more.
final class SoftWait: Service {
    private let cold: ColdStop
    private let isNeeded = Atomic(false)

    init(_ cold: ColdStop) {
        self.cold = cold
    }

    /// The stop that comes now is to take its time.
    func begin() {
        isNeeded.store(true, ordering: .relaxed)
    }

    func run() async throws {
        // Cancelled is stopped as well.
        try? await gracefulShutdown()
        if isNeeded.load(ordering: .relaxed) { await cold.pulled() }
    }
}
