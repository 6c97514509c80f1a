import Synchronization
import Testing

@testable import Celery

struct JobControlTests {
    private final class Signals: Sendable {
        private let received = Mutex<[Int32]>([])
        var all: [Int32] { received.withLock { $0 } }
        func receive(_ signal: Int32) { received.withLock { $0.append(signal) } }
    }

    private let control = JobControl()
    private let signals = Signals()

    @Test func `a running call gets the signal`() {
        control.start(signals.receive)
        control.terminate(signal: 15)
        #expect(signals.all == [15])
        #expect(control.signal == 15)
    }

    @Test func `a call that has not started gets it when it does`() {
        control.terminate(signal: 9)
        #expect(signals.all.isEmpty)
        control.start(signals.receive)
        #expect(signals.all == [9])
    }

    @Test func `what runs another call by now is left alone`() {
        control.start(signals.receive)
        control.end()
        control.terminate(signal: 9)
        #expect(signals.all.isEmpty)
        #expect(control.signal == nil)
    }

    @Test func `a limit that runs out harms nothing but the call that it is for`() {
        control.endIfRunning { signals.receive(1) }
        control.start(signals.receive)
        control.endIfRunning { signals.receive(2) }
        control.end()
        control.endIfRunning { signals.receive(3) }
        #expect(signals.all == [2])
    }
}
