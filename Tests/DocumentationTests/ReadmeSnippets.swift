import Celery
import Testing

@Suite struct ReadmeSnippets {
    @Test func `tasks and a chord`() async throws {
        var worker = Worker.forSnippets()
        worker.register(Sum.self, as: "python.total") { call, _ in call.numbers.reduce(0, +) }
        struct Add: TaskParameters {
            static let taskName = "math.add"  // add.delay(2, y=3) in Python
            typealias Output = Int
            var x: Int
            var y: Int
        }

        worker.register(Add.self) { parameters, context in parameters.x + parameters.y }

        let client = worker.eagerClient()
        // Chains, groups and chords, of tasks in either language.
        let sums = try (1...10).map { try Signature(Add(x: $0, y: $0)) }
        let total = try await client.apply(.chord(sums, body: Signature("python.total"))).value()

        #expect(total == 110)
    }
}
