import Testing

@testable import Celery

@Suite struct ConnectionStateTests {
    private let failure = BrokerConnectionUpdate.failed(reason: "refused", pause: .milliseconds(1500))

    private func state(_ adjust: (inout ConnectionRules) -> Void = { _ in }) -> ConnectionState {
        var rules = ConnectionRules()
        adjust(&rules)
        return ConnectionState(rules)
    }

    private func givesUp(_ steps: [ConnectionState.Step], saying words: String) -> Bool {
        guard case .giveUp(let reason) = steps.last else { return false }
        return reason.contains(words)
    }

    @Test func `it is told when it is there and when it is not`() {
        var state = state()
        #expect(state.receive(.connected) == [.tellConnected])
        #expect(state.receive(.lost(reason: "closed")) == [.tellLoss(reason: "closed")])
        let again = "Trying again in 1.50 seconds... (1)"
        #expect(state.receive(failure) == [.tellFailure(reason: "refused", again: again)])
        #expect(state.receive(.connected) == [.tellConnected])
        #expect(state.receive(failure) == [.tellFailure(reason: "refused", again: again)])
    }

    @Test func `the first failure is told, and then each tenth`() {
        var state = state()
        let told = (1...40).filter { _ in !state.receive(failure).isEmpty }
        #expect(told == [1, 10, 20, 30, 40])
    }

    @Test func `without retries a lost connection stops the worker, and so does none at the start`() {
        var lost = state { $0.retries = false }
        _ = lost.receive(.connected)
        #expect(givesUp(lost.receive(.lost(reason: "closed")), saying: "re-establish"))
        var absent = state { $0.retries = false }
        #expect(givesUp(absent.receive(failure), saying: "app.conf.broker_connection_retry=False"))
    }

    @Test func `the start has a setting of its own`() {
        var strict = state { $0.retriesOnStartup = false }
        #expect(givesUp(strict.receive(failure), saying: "app.conf.broker_connection_retry_on_startup=False"))
        var patient = state {
            $0.retries = false
            $0.retriesOnStartup = true
        }
        #expect(!givesUp(patient.receive(failure), saying: ""))
        _ = patient.receive(.connected)
        #expect(givesUp(patient.receive(.lost(reason: "closed")), saying: "app.conf.broker_connection_retry=False"))
        var later = state { $0.retriesOnStartup = false }
        _ = later.receive(.connected)
        #expect(later.receive(.lost(reason: "closed")) == [.tellLoss(reason: "closed")])
        #expect(!givesUp(later.receive(failure), saying: ""))
    }

    @Test func `so many tries in a row may fail`() {
        var state = state { $0.maxRetries = 2 }
        let again = "Trying again in 1.50 seconds... (1/2)"
        #expect(state.receive(failure) == [.tellFailure(reason: "refused", again: again)])
        #expect(state.receive(failure).isEmpty)
        _ = state.receive(.connected)
        #expect(!state.receive(failure).isEmpty)
        #expect(state.receive(failure).isEmpty)
        #expect(givesUp(state.receive(failure), saying: "broker_connection_max_retries=2"))
    }

    @Test func `tasks are ended on a loss if that is set`() {
        var state = state { $0.cancelsTasksOnLoss = true }
        #expect(!state.receive(failure).contains(.cancelTasks))
        _ = state.receive(.connected)
        #expect(state.receive(.lost(reason: "closed")) == [.tellLoss(reason: "closed"), .cancelTasks])
        #expect(!state.receive(failure).contains(.cancelTasks))
    }
}
