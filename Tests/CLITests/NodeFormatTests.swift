import Testing

@testable import CommandSupport

@Suite struct NodeFormatTests {
    // What celery/utils/nodenames.py, node_format, makes of them in the main process.
    @Test(arguments: [
        ("%n.log", "w1.log"), ("/v/%h/%n%I.log", "/v/host.example.org/w1.log"), ("%d", "example.org"),
        ("%p", "w1@host.example.org"), ("%i", "0"), ("100%%", "100%"), ("plain", "plain"), ("%n%n", "w1w1"),
    ])
    func `the parts of the node's name are filled in`(text: String, expanded: String) throws {
        #expect(try NodeFormat(nodeName: "w1@host.example.org").expand(text) == expanded)
    }

    @Test func `a host without a domain has none`() throws {
        #expect(try NodeFormat(nodeName: "w1@host").expand("%d|%h") == "|host")
    }

    @Test func `an unknown abbreviation is named`() {
        let format = NodeFormat(nodeName: "w1@host")
        #expect { try format.expand("%x.log") } throws: { "\($0)".contains("%x in \"%x.log\"") }
        #expect(throws: SettingsError.self) { try format.expand("100%") }
    }

    @Test func `what is escaped stays as it is`() throws {
        #expect(try NodeFormat(nodeName: "w1@host").expand(NodeFormat.escape("100%n")) == "100%n")
    }

    @Test func `files are named after the node that is set`() async throws {
        let environment = ["CELERY_HOSTNAME": "w2@here", "CELERY_LOGFILE": "%n.log"]
        let settings = try await Settings(from: SettingsSource(environment: environment))
        #expect(settings.logging.file?.path == "w2.log")
    }
}
