import Testing

@testable import Celery

@Suite struct TaskDefaultsTests {
    @Test func `what a task leaves open its worker decides`() throws {
        var registry = TaskRegistry()
        registry.register(TaskDefinition(name: "open") { _ in .null })
        var decided = TaskDefinition(name: "decided") { _ in .null }
        decided.options = TaskOptions(
            rejectOnWorkerLost: false,
            retryOnWorkerLost: false,
            acksOnFailure: true,
            acksOnTimeout: true
        )
        registry.register(decided)
        var configuration = WorkerConfiguration()
        configuration.rejectsOnWorkerLost = true
        configuration.retriesOnWorkerLost = true
        configuration.acksOnFailure = false
        configuration.acksOnTimeout = false
        registry.setDefaults(configuration)
        let options = try ["open", "decided"].map { try #require(registry[$0]).options }
        #expect(options.map(\.rejectOnWorkerLost) == [true, false])
        #expect(options.map(\.retryOnWorkerLost) == [true, false])
        #expect(options.map(\.acksOnFailure) == [false, true])
        #expect(options.map(\.acksOnTimeout) == [false, true])
    }
}
