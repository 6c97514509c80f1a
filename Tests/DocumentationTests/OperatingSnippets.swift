import Celery
import Testing

@Suite struct OperatingSnippets {
    @Test func `a configuration`() {
        var configuration = WorkerConfiguration(queues: ["pdf", "mail"], pool: .processes(4))
        configuration.timeLimit = .seconds(600)
        configuration.drainTimeout = .seconds(60)
        configuration.defaultRateLimit = RateLimit(100, per: .seconds(60))
        configuration.router = TaskRouter(defaultQueue: "pdf")

        #expect(configuration.queues.map(\.name) == ["pdf", "mail"])
    }
}
