import Celery
import Testing

@Suite struct CanvasSnippets {
    private struct Plan: TaskParameters {
        static let taskName = "plan"
        typealias Output = JSONValue
        var pages: [Int]
    }

    private struct ExtractPage: TaskParameters {
        static let taskName = "pdf.extract_page"
        typealias Output = String
        var path: String
        var page: Int
    }

    @Test func `chains, groups, chords`() async throws {
        let client = Worker.forSnippets().eagerClient()
        let chain = Signature.chain(try Signature(Add(x: 1, y: 2)), Signature("add", args: [10]))
        let sum = try await client.apply(chain).value()

        let header = try (1...3).map { try Signature(Add(x: $0, y: $0)) }
        let values = try await client.apply(.group(header)).value()
        let total = try await client.apply(.chord(header, body: Signature("sum"))).value()

        #expect(sum == 13)
        #expect(values == [2, 4, 6])
        #expect(total == 12)
    }

    @Test func `what follows`() async throws {
        let broker = RecordingBroker()
        let client = CeleryClient(broker: broker, results: MemoryResultBackend())
        let watched = try Signature(Add(x: 1, y: 2))
            .linking(Signature("audit.note"))
            .linkingError(Signature("alert.page", immutable: true))
            .stamped(["customer": "acme"])
        try await client.apply(watched)

        let call = try #require(try broker.calls.first)
        #expect(call.embed.callbacks?.count == 1)
        #expect(call.embed.errbacks?.count == 1)
        #expect(call.stamps == ["customer": "acme"])
    }

    @Test func `from within a task`() async throws {
        var worker = Worker.forSnippets()
        worker.register(Plan.self) { plan, context in
            // Beside this task; what is sent is among its children.
            try await context.apply(Signature("audit.note", args: ["planned"]))
            // In its place: the whole workflow then has this task's id and result.
            let parts = plan.pages.map { Signature("add", args: [.integer($0), 1]) }
            try context.replace(with: .chord(parts, body: Signature("sum")))
        }

        let total = try await worker.eagerClient().send(Plan(pages: [1, 2, 3])).value()
        #expect(total == 9)
    }

    @Test func `a signature of a chord`() throws {
        let (path, pages) = ("report.pdf", 1...3)
        let report = Signature.chord(
            try pages.map { try Signature(ExtractPage(path: path, page: $0)) },
            body: Signature("reports.merge")
        )

        #expect(report.kwargs["header"]?.arrayValue?.count == 3)
    }
}
