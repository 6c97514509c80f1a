import Foundation
import Testing

@testable import PDFTasks

@Suite struct PDFDocumentTests {
    @Test(arguments: ["english.pdf", "chinese.pdf", "mixed.pdf", "form.pdf", "scan.pdf"])
    func `pages hold the paragraphs that were set`(name: String) throws {
        let expected = try #require(Fixtures.json([String: [[String]]].self, "expected.json")[name])
        let document = try PDFDocument(path: Fixtures.path(name))
        #expect(document.pageCount == expected.count)
        for (index, paragraphs) in expected.enumerated() {
            let page = try document.text(ofPage: index + 1)
            #expect(page.number == index + 1)
            #expect(page.text.split(separator: "\n").map(String.init) == paragraphs)
            #expect(page.length == page.text.unicodeScalars.count)
        }
    }

    @Test(arguments: [
        ("control-characters.pdf", "safe text is read"),
        ("full-width.pdf", "使用aptitude命令（v2）"),
        ("owner-password.pdf", "This page is protected."),
    ])
    func `odd files give clean text`(name: String, text: String) throws {
        #expect(try PDFDocument(path: Fixtures.path(name)).text(ofPage: 1).text == text)
    }

    @Test func `text that begins outside of the page is not lost`() throws {
        let text = try PDFDocument(path: Fixtures.path("edge.pdf")).text(ofPage: 1).text
        #expect(text.contains("Title") && text.contains("Body"))
    }

    @Test func `Chinese fonts that are not embedded can be read here`() {
        #expect(PopplerData.isInstalled)
        #expect(PopplerData.warning == nil)
        #expect(PopplerData.missing.contains("apt install poppler-data"))
    }

    @Test func `a missing file, a directory and a pipe are told apart`() async throws {
        try await Fixtures.withFolder { folder in
            #expect(mkfifo(folder + "/pipe.pdf", 0o600) == 0)
            for (path, code) in [
                (folder + "/missing.pdf", PDFError.Code.fileNotFound),
                (folder + "/missing/file.pdf", .fileNotFound),
                ("", .fileNotFound),
                (folder + "/a\0b.pdf", .fileNotFound),
                (folder, .isDirectory),
                (folder + "/pipe.pdf", .notAFile),
                ("/dev/null", .notAFile),
            ] {
                let error = #expect(throws: PDFError.self) { try PDFDocument(path: path) }
                #expect(error?.code == code, "\(path)")
                #expect(error?.path == path)
            }
        }
    }

    @Test(arguments: [
        ("", PDFError.Code.empty),
        ("Dear reader, this is the secret text of a letter.", .notAPDF),
        (String(repeating: " ", count: 1024) + "%PDF-1.4\n", .notAPDF),
        ("%PDF-1.4\nsecret", .damaged),
        (String(repeating: " ", count: 1000) + "%PDF-1.4\nsecret", .damaged),
    ])
    func `files that are no PDF are refused without telling what they hold`(
        content: String,
        code: PDFError.Code
    ) async throws {
        try await Fixtures.withFolder { folder in
            let path = folder + "/letter.pdf"
            try Data(content.utf8).write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: PDFError.self) { try PDFDocument(path: path) }
            #expect(error?.code == code)
            #expect(error?.message.contains("letter.pdf") == true)
            #expect(error?.message.contains("secret") == false)
            #expect(error.map { "\($0)" } == error?.message)
        }
    }

    @Test func `a file without permission is said to be unreadable`() async throws {
        // Permissions do not hold for root, as whom containers run.
        try await Fixtures.withFolder { folder in
            let path = folder + "/closed.pdf"
            try Fixtures.data("english.pdf").write(to: URL(fileURLWithPath: path))
            #expect(chmod(path, 0) == 0)
            if getuid() == 0 {
                #expect(try PDFDocument(path: path).pageCount == 3)
            } else {
                #expect(throws: PDFError.self) { try PDFDocument(path: path) }
            }
        }
    }

    @Test func `a file that is cut off is damaged`() async throws {
        try await Fixtures.withFolder { folder in
            let path = folder + "/cut.pdf"
            try Fixtures.data("scan.pdf").prefix(60).write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: PDFError.self) { try PDFDocument(path: path) }
            #expect(error?.code == .damaged)
        }
    }

    @Test func `a document with a user's password is said to be encrypted`() throws {
        let error = #expect(throws: PDFError.self) { try PDFDocument(path: Fixtures.path("encrypted.pdf")) }
        #expect(error?.code == .encrypted)
        #expect(error?.message.contains("password") == true)
    }

    @Test(arguments: [0, -1, 4, Int.max])
    func `a page outside of the document is refused`(number: Int) throws {
        let document = try PDFDocument(path: Fixtures.path("english.pdf"))
        let error = #expect(throws: PDFError.self) { try document.text(ofPage: number) }
        #expect(error?.code == .noSuchPage)
    }

    @Test func `the content hash is SHA-256, and reading leaves the file usable`() async throws {
        try await Fixtures.withFolder { folder in
            // Longer than one piece of reading, and known beforehand: a header and 600,000 times "a".
            let path = folder + "/long.pdf"
            try Data(("%PDF-" + String(repeating: "a", count: 600_000)).utf8).write(to: URL(fileURLWithPath: path))
            let file = try PDFFile(path: path)
            #expect(file.size == 600_005)
            #expect(try file.contentHash() == "ed8cd7f5c4de57db488284caa67e3cacc9615d046e3eab32270964771cfc6aca")
        }
        let file = try PDFFile(path: Fixtures.path("english.pdf"))
        let hash = try file.contentHash()
        #expect(try PDFDocument(file: file).pageCount == 3)
        #expect(try file.contentHash() == hash)
    }

    @Test func `a file above the limit is refused before it is read`() throws {
        let error = #expect(throws: PDFError.self) { try PDFFile(path: Fixtures.path("english.pdf"), maxSize: 1000) }
        #expect(error?.code == .tooLarge)
    }

    @Test func `a file that is replaced while open keeps its checked content`() async throws {
        try await Fixtures.withFolder { folder in
            let path = folder + "/document.pdf"
            try Fixtures.data("english.pdf").write(to: URL(fileURLWithPath: path))
            let file = try PDFFile(path: path)
            #expect(unlink(path) == 0)
            try Fixtures.data("scan.pdf").write(to: URL(fileURLWithPath: path))
            #expect(try PDFDocument(file: file).pageCount == 3)
        }
    }

    @Test func `documents can be read on many threads`() async throws {
        let path = try Fixtures.path("chinese.pdf")
        let expected = try PDFDocument(path: path).text(ofPage: 1)
        try await withThrowingTaskGroup(of: PageText.self) { group in
            for _ in 0..<16 {
                group.addTask { try PDFDocument(path: path).text(ofPage: 1) }
            }
            for try await page in group {
                #expect(page == expected)
            }
        }
    }
}
