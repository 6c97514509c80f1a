import Testing

@testable import CommandSupport

@Suite struct RestartTests {
    private func candidates(_ name: String, path: String? = "/a:/b") -> [String] {
        let environment = path.map { ["PATH": $0] } ?? [:]
        return Restart(arguments: [name, "worker"], environment: environment, origin: "/opt/1/celery-pdf").candidates
    }

    @Test func `a program with a path is where it was, whatever it is now`() {
        #expect(candidates("/usr/bin/celery-pdf") == ["/usr/bin/celery-pdf", "/opt/1/celery-pdf"])
        #expect(candidates(".build/celery-pdf") == [".build/celery-pdf", "/opt/1/celery-pdf"])
    }

    @Test func `a name is looked up as a shell does, and then where it was`() {
        #expect(candidates("celery-pdf") == ["/a/celery-pdf", "/b/celery-pdf", "/opt/1/celery-pdf"])
        #expect(candidates("celery-pdf", path: nil).contains("/usr/bin/celery-pdf"))
    }

    @Test func `this program was started from where it is`() {
        #expect(Restart().candidates.last?.hasSuffix(Restart.programName) == true)
    }
}
