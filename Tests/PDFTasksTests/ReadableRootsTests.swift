import Foundation
import Testing

@testable import PDFTasks

@Suite struct ReadableRootsTests {
    /// A root with a file and a folder in it, and a file and a folder beside it; `FOLDER` stands for where they are.
    private func withRoot(_ body: (String, ReadableRoots) throws -> Void) async throws {
        try await Fixtures.withFolder { folder in
            for name in ["inside/sub", "outside"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            for name in ["inside/a.pdf", "inside/sub/b.pdf", "outside/c.pdf"] {
                #expect(FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data()))
            }
            for (name, target) in [
                ("inside/out", "../outside"), ("inside/out.pdf", "../outside/c.pdf"),
                ("inside/lost.pdf", "../outside/none"),
                ("inside/loop", "loop"), ("inside/in.pdf", "sub/b.pdf"), ("link", "inside"),
            ] {
                try FileManager.default.createSymbolicLink(
                    atPath: "\(folder)/\(name)",
                    withDestinationPath: target
                )
            }
            try body(folder, ReadableRoots(["\(folder)/inside"]))
        }
    }

    @Test(arguments: [
        ("FOLDER/inside/a.pdf", "a.pdf"), ("FOLDER/inside/in.pdf", "sub/b.pdf"), ("FOLDER/link/a.pdf", "a.pdf"),
        ("FOLDER/inside//sub/./b.pdf", "sub/b.pdf"), ("FOLDER/inside/sub/../a.pdf", "a.pdf"), ("FOLDER/inside", ""),
    ])
    func `what is below a root is opened where its links lead`(path: String, place: String) async throws {
        try await withRoot { folder, roots in
            let root = try #require(realpath("\(folder)/inside", nil).map { String(cString: $0) })
            let checked = try roots.check(path.replacing("FOLDER", with: folder))
            #expect(checked == (place.isEmpty ? root : "\(root)/\(place)"))
        }
    }

    @Test(arguments: [
        "FOLDER/inside/none.pdf", "FOLDER/inside/none/none.pdf", "FOLDER/inside/a.pdf/none", "FOLDER/link/none.pdf",
        "FOLDER/inside/sub/../none.pdf", "FOLDER/inside/none/../a.pdf", "FOLDER/inside/none/../../outside/c.pdf",
        "FOLDER/inside/\(String(repeating: "x", count: 300))", "FOLDER/inside/a.pdf\0",
        "\(String(repeating: "/", count: 5000))",
    ])
    func `what is missing below a root is said to be missing, as without roots`(path: String) async throws {
        try await withRoot { folder, roots in
            let path = path.replacing("FOLDER", with: folder)
            let error = #expect(throws: PDFError.self) { try roots.check(path) }
            #expect(error?.code == .fileNotFound)
            #expect(error?.path == path)
        }
    }

    @Test(arguments: [
        "FOLDER/outside/c.pdf", "FOLDER/outside/none.pdf", "FOLDER/none/none.pdf", "FOLDER", "/", "FOLDER/inside2",
        "FOLDER/inside/../outside/c.pdf", "FOLDER/inside/../outside/none.pdf", "FOLDER/inside/out",
        "FOLDER/inside/out/c.pdf",
        "FOLDER/inside/out/none.pdf", "FOLDER/inside/out.pdf", "FOLDER/inside/lost.pdf", "FOLDER/inside/lost.pdf/",
        "FOLDER/inside/lost.pdf/x", "FOLDER/inside/loop", "FOLDER/inside/loop/x", "FOLDER/outside/../inside/a.pdf",
        "FOLDER/none/../inside/a.pdf", "FOLDER/inside/out/../inside/none.pdf", "c.pdf", "none.pdf", "../c.pdf", "",
    ])
    func `what leads out of the roots is refused, whether it is there or not`(path: String) async throws {
        try await withRoot { folder, roots in
            let path = path.replacing("FOLDER", with: folder)
            let error = #expect(throws: PDFError.self) { try roots.check(path) }
            #expect(error?.code == .notReadable)
            #expect(error?.message.contains("is not in a directory that this worker may read") == true)
        }
    }

    @Test func `a root may be a link, or the root of the file system`() async throws {
        try await withRoot { folder, _ in
            let linked = ReadableRoots(["\(folder)/link"])
            let inside = try linked.check("\(folder)/inside/a.pdf")
            #expect(inside.hasSuffix("/inside/a.pdf"))
            #expect(throws: PDFError.self) { try linked.check("\(folder)/outside/c.pdf") }
            let anywhere = try ReadableRoots(["/"]).check("\(folder)/outside/c.pdf")
            #expect(anywhere.hasSuffix("/outside/c.pdf"))
        }
    }

    @Test func `names that differ in bytes are different names`() async throws {
        try await Fixtures.withFolder { folder in
            for name in ["\u{E9}", "e\u{301}"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            let roots = ReadableRoots(["\(folder)/\u{E9}"])
            #expect(throws: PDFError.self) { try roots.check("\(folder)/e\u{301}") }
            let named = try roots.check("\(folder)/\u{E9}")
            #expect(named.utf8.elementsEqual("\(folder)/\u{E9}".utf8))
        }
    }

    @Test func `without roots any path is opened as it is`() throws {
        #expect(try ReadableRoots([]).check("../anything") == "../anything")
        // Roots that are not there are roots all the same.
        #expect(throws: PDFError.self) { try ReadableRoots(["/nonexistent"]).check("/etc/passwd") }
    }
}
