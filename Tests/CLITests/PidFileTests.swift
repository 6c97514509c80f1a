import Foundation
import Testing

@testable import CommandSupport

@Suite struct PidFileTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).pid").path

    private var content: String? { try? String(contentsOfFile: path, encoding: .utf8) }

    private func write(_ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    @Test func `the file holds the number of the process and goes with it`() throws {
        let file = PidFile(path: path)
        try file.acquire()
        #expect(content == "\(getpid())\n")
        file.release()
        #expect(content == nil)
    }

    @Test func `a process that runs keeps its file`() throws {
        defer { unlink(path) }
        // The parent of the tests runs as long as they do.
        try write("\(getppid())\n")
        let error = #expect(throws: CommandError.self) { try PidFile(path: path).acquire() }
        #expect(error?.exitCode == EX_CANTCREAT)
        #expect(error?.description.contains("(\(path)) already exists") == true)
        #expect(error?.description.contains("(pid: \(getppid()))") == true)
        PidFile(path: path).release()
        #expect(content == "\(getppid())\n")
    }

    @Test func `a file that nobody holds is replaced`() throws {
        let gone = Process()
        gone.executableURL = URL(filePath: "/bin/sh")
        gone.arguments = ["-c", "exit 0"]
        try gone.run()
        gone.waitUntilExit()
        // Without an end of line it was not written to its end; this process's own number is that of the last container.
        for text in ["\(gone.processIdentifier)\n", "12", "", "many\n", "-1\n", "0\n", "\(getpid())\n"] {
            try write(text)
            let file = PidFile(path: path)
            try file.acquire()
            #expect(content == "\(getpid())\n")
            file.release()
        }
    }

    @Test func `a file that cannot be made is an error with its path`() {
        let error = #expect(throws: CommandError.self) { try PidFile(path: "/nowhere/w.pid").acquire() }
        #expect(error?.description.contains("/nowhere/w.pid") == true)
        #expect(error?.exitCode == EX_CANTCREAT)
    }
}
