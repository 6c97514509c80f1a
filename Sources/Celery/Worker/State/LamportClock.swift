import Synchronization

/// A logical clock: what a node says after it has heard something has a later time (kombu/clocks.py).
final class LamportClock: Sendable {
    private let time = Mutex(0)

    /// The time.
    var value: Int { time.withLock { $0 } }

    /// Goes on by one, for something that is sent.
    @discardableResult
    func forward() -> Int {
        time.withLock { time in
            time += 1
            return time
        }
    }

    /// Goes past a time that was received.
    @discardableResult
    func adjust(to other: Int) -> Int {
        time.withLock { time in
            // A sender's number may be anything: the clock must not run over.
            time = max(time, min(other, Int.max / 2)) + 1
            return time
        }
    }
}
