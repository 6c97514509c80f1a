import Celery
import Foundation
import Logging
import Testing

@testable import CommandSupport

@Suite struct LogLineTests {
    private func line(
        _ message: String,
        level: Logger.Level = .info,
        metadata: Logger.Metadata = [:]
    ) -> LogLine {
        LogLine(
            level: level,
            message: message,
            metadata: metadata,
            label: "test",
            process: "MainProcess",
            // 2026-11-23 22:01:02.003 UTC
            time: timespec(tv_sec: 1_795_471_262, tv_nsec: 3_999_999)
        )
    }

    private func text(_ line: LogLine) -> String {
        String(decoding: line.text(isLocalTime: false), as: UTF8.self)
    }

    @Test func `a line looks as Celery writes it`() {
        #expect(text(line("w1@h ready.")) == "[2026-11-23 22:01:02,003: INFO/MainProcess] w1@h ready.\n")
    }

    @Test func `levels have Python's names`() {
        let names = [Logger.Level.debug, .notice, .warning, .error, .critical].map { level in
            text(line("", level: level)).split(separator: " ")[2]
        }
        #expect(names.map { $0.prefix { $0 != "/" } } == ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
    }

    @Test func `metadata stands behind the message, sorted, quoted where needed`() {
        let line = line("m", metadata: ["b": "two words", "a": "plain=1", "c": "", "d": "line\nend"])
        #expect(text(line).hasSuffix(#"m a=plain=1 b="two words" c="" d="line\nend""# + "\n"))
    }

    @Test func `control characters cannot reach a terminal, lines of a traceback can`() {
        #expect(text(line("a\u{1B}[2Jb\rc\nd\u{7F}")).hasSuffix("] a\\x1b[2Jb\\x0dc\nd\\x7f\n"))
    }

    @Test func `a JSON line holds everything and cannot be forged by metadata`() throws {
        let bytes = line("héllo\n", level: .error, metadata: ["id": "1", "level": "fake"]).json()
        #expect(bytes.filter { $0 == UInt8(ascii: "\n") }.count == 1)
        let value = try JSONValue(parsing: bytes)
        #expect(value["time"] == "2026-11-23T22:01:02.003Z")
        #expect(value["level"] == "ERROR")
        #expect(value["message"] == "héllo\n")
        #expect(value["id"] == "1")
        #expect(value["metadata.level"] == "fake")
        #expect(value["process"] == "MainProcess")
    }
}
