import NIOCore
import Testing

@testable import Redis

struct RESPWriterTests {
    private func bytes(of command: some RedisCommand) -> String {
        var writer = RESPWriter()
        command.write(to: &writer)
        return String(buffer: writer.take())
    }

    @Test func `a command is an array of bulk strings`() {
        #expect(bytes(of: ["SET", "k", "värde"] as RawCommand) == "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$6\r\nvärde\r\n")
        #expect(bytes(of: ["PING"] as RawCommand) == "*1\r\n$4\r\nPING\r\n")
        #expect(bytes(of: ["GET", ""] as RawCommand) == "*2\r\n$3\r\nGET\r\n$0\r\n\r\n")
    }

    @Test(arguments: [8, 9, 10, 98, 99, 100, 1000]) func `the number of arguments may have any digits`(count: Int) {
        let arguments = Array(repeating: "ab", count: count)
        let expected = "*\(count + 1)\r\n$3\r\nDEL\r\n" + String(repeating: "$2\r\nab\r\n", count: count)
        #expect(bytes(of: RawCommand("DEL", arguments: arguments)) == expected)
    }

    @Test func `commands follow each other in one buffer`() {
        var writer = RESPWriter()
        RawCommand("A", arguments: Array(repeating: "x", count: 12)).write(to: &writer)
        RawCommand("B").write(to: &writer)
        #expect(String(buffer: writer.take()).hasSuffix("$1\r\nx\r\n*1\r\n$1\r\nB\r\n"))
        #expect(writer.isEmpty)
    }

    @Test(arguments: [
        (0.0, "0"), (-0.0, "0"), (1.5, "1.5"), (1_753_000_000, "1753000000"), (1e300, "1e+300"),
        (.infinity, "inf"), (-.infinity, "-inf"), (0.1, "0.1"),
    ]) func `numbers are written as Redis reads them`(number: Double, text: String) {
        #expect(number.redisText == text)
    }

    @Test func `a command of another type keeps its arguments`() {
        #expect(bytes(of: RawCommand(["SET", "k", 12] as RawCommand)) == "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n12\r\n")
    }
}
