import Testing

@testable import HTTPAPI

@Suite("Paths below the allowed folders")
struct PathRuleTests {
    @Test(arguments: [
        "/srv/pdf/a.pdf", "/srv/pdf/deep/er/a.pdf", "//srv///pdf//a.pdf", "/srv/./pdf/./a.pdf", "/srv/pdf/x/../a.pdf",
        "/other/../srv/pdf/a.pdf", "/../srv/pdf/a.pdf", "/data/2026/b.pdf", "/srv/pdf/..pdf", "/srv/pdf/a b/报告.pdf",
    ])
    func `a path below a folder is allowed`(path: String) {
        #expect(PathRule(roots: ["/srv/pdf/", "/data"]).fault(of: path, at: []) == nil)
    }

    @Test(arguments: [
        "", "/", "/srv/pdf", "/srv/pdf/", "/srv/pdf/.", "/srv/pdfs/a.pdf", "/srv/pdf/../a.pdf", "/etc/passwd",
        "/srv/pdf/x/../../a.pdf", "srv/pdf/a.pdf", "a.pdf", "../srv/pdf/a.pdf", "/SRV/pdf/a.pdf", "/srv/pdf/..",
        // A slash with a combining mark is still a slash.
        "/srv/pdf/..\u{301}/a.pdf/../..", "/srv/pdf/../\u{301}a.pdf",
    ])
    func `any other path is not`(path: String) {
        #expect(PathRule(roots: ["/srv/pdf/", "/data"]).fault(of: path, at: [])?.type == "path_not_allowed")
    }

    @Test func `letters are compared as the file system does`() {
        let rule = PathRule(roots: ["/srv/\u{E9}"])
        #expect(rule.fault(of: "/srv/\u{E9}/a.pdf", at: []) == nil)
        #expect(rule.fault(of: "/srv/e\u{301}/a.pdf", at: [])?.type == "path_not_allowed")
    }

    @Test func `a relative folder allows relative paths only`() {
        let rule = PathRule(roots: ["data/pdf"])
        #expect(rule.fault(of: "data/pdf/a.pdf", at: []) == nil)
        #expect(rule.fault(of: "./data/pdf/a.pdf", at: []) == nil)
        #expect(rule.fault(of: "/data/pdf/a.pdf", at: [])?.type == "path_not_allowed")
        #expect(rule.fault(of: "../data/pdf/a.pdf", at: [])?.type == "path_not_allowed")
    }

    @Test func `without folders any path is allowed, but for null characters`() {
        let rule = PathRule(roots: [])
        #expect(rule.fault(of: "../../etc/passwd", at: []) == nil)
        #expect(rule.fault(of: "/tmp/a\0b", at: [])?.type == "path_null_character")
    }

    @Test func `the root folder allows every absolute path`() {
        let rule = PathRule(roots: ["/"])
        #expect(rule.fault(of: "/etc/passwd", at: []) == nil)
        #expect(rule.fault(of: "a.pdf", at: [])?.type == "path_not_allowed")
    }
}
