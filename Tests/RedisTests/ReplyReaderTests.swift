import NIOCore
import Testing

@testable import Redis

struct ReplyReaderTests {
    /// What came of a stream: the replies, and the error's code if there was one.
    private struct Outcome: Equatable {
        var values: [RedisValue] = []
        var code: RedisError.Code?
    }

    private func read(_ chunks: [[UInt8]], limit: Int = 1 << 20) throws -> Outcome {
        guard var reader = ReplyReader(maximumReplySize: limit) else { throw CancellationError() }
        var outcome = Outcome()
        do throws(RedisError) {
            for chunk in chunks { try reader.read(ByteBuffer(bytes: chunk), into: &outcome.values) }
        } catch {
            outcome.code = error.code
        }
        return outcome
    }

    private func read(_ text: String, limit: Int = 1 << 20) throws -> Outcome {
        try read([Array(text.utf8)], limit: limit)
    }

    @Test func `each kind of reply is read`() throws {
        let stream =
            "+OK\r\n-ERR no\r\n:-42\r\n$3\r\na\r\n\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n"
            + "*3\r\n:1\r\n*2\r\n$1\r\nx\r\n$-1\r\n+s\r\n"
        let outcome = try read(stream)
        #expect(outcome.code == nil)
        #expect(
            outcome.values == [
                .simpleString("OK"), .error("ERR no"), .integer(-42), .bulk(Array("a\r\n".utf8)), .bulk([]), .null,
                .null, .array([]), .array([.integer(1), .array([.bulk(Array("x".utf8)), .null]), .simpleString("s")]),
            ]
        )
    }

    @Test func `an incomplete reply waits for the rest`() throws {
        #expect(try read("*2\r\n$5\r\nhel").values.isEmpty)
        #expect(try read("+O").values.isEmpty)
        #expect(try read("").values.isEmpty)
    }

    @Test(arguments: [
        "x\r\n", "*1\r\n?\r\n", ":12a\r\n", "$-5\r\n", "$99999999999999999999\r\n", "*99999999999\r\n", "*-2\r\n",
        "HTTP/1.1 400 Bad Request\r\n", "%1\r\n+a\r\n+b\r\n", ",1.5\r\n", "#t\r\n", ">1\r\n+x\r\n",
    ]) func `what is not RESP2 is an error`(stream: String) throws {
        #expect(try read(stream).code == .protocolError)
    }

    @Test func `replies before an error are kept`() throws {
        #expect(
            try read("+OK\r\n:1\r\nx\r\n") == Outcome(values: [.simpleString("OK"), .integer(1)], code: .protocolError)
        )
    }

    @Test func `arrays nested too deeply are an error`() throws {
        let deep = try read(String(repeating: "*1\r\n", count: 100) + "+x\r\n")
        #expect(deep.code == .protocolError)
        let fine = try read(String(repeating: "*1\r\n", count: 7) + "+x\r\n")
        #expect(fine.values.count == 1)
    }

    @Test func `an array that announces millions costs nothing before they come`() throws {
        #expect(try read("*2000000000\r\n:1\r\n") == Outcome())
    }

    @Test func `a reply beyond the limit is an error, however it is split`() throws {
        let large = "$5000\r\n" + String(repeating: "x", count: 5000) + "\r\n"
        #expect(try read(large, limit: 6000).values.count == 1)
        #expect(try read([Array(large.utf8.prefix(4500)), Array(large.utf8.dropFirst(4500))], limit: 4000).code != nil)
        // Many elements are one reply too.
        let elements = "*1000\r\n" + String(repeating: ":123456\r\n", count: 999)
        #expect(try read(elements, limit: 4000).code == .protocolError)
        // Many small replies are not.
        #expect(try read(String(repeating: ":123456\r\n", count: 1000), limit: 4000).values.count == 1000)
    }

    @Test func `a large reply comes whole out of many reads`() throws {
        let payload = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let bytes = Array("$300000\r\n".utf8) + payload + Array("\r\n+after\r\n".utf8)
        let chunks = stride(from: 0, to: bytes.count, by: 1447).map { Array(bytes[$0..<min($0 + 1447, bytes.count)]) }
        #expect(try read(chunks).values == [.bulk(payload), .simpleString("after")])
    }

    @Test(arguments: 0..<60) func `splits of a stream do not change what is read`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let values = (0..<Int.random(in: 1...40, using: &generator)).map { _ in
            randomValue(depth: 0, using: &generator)
        }
        let stream = values.flatMap(encoded)
        #expect(try read([stream]) == Outcome(values: values))
        #expect(try read(split(stream, maximum: 1, using: &generator)) == Outcome(values: values))
        #expect(try read(split(stream, maximum: 50, using: &generator)) == Outcome(values: values))
    }

    @Test(arguments: 0..<60) func `garbage is read alike however it is split, and never crashes`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed &+ 1000)
        let alphabet = Array("*$+-:0123456789\r\n\r\n\r\nabc%>#,_(\0".utf8)
        for _ in 0..<40 {
            var stream: [UInt8]
            if Bool.random(using: &generator) {
                // Valid bytes with some of them changed.
                stream = (0..<5).flatMap { _ in encoded(randomValue(depth: 0, using: &generator)) }
                for _ in 0..<3 {
                    guard let index = stream.indices.randomElement(using: &generator) else { break }
                    stream[index] = UInt8.random(in: 0...255, using: &generator)
                }
            } else {
                stream = (0..<80).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            }
            let whole = try read([stream], limit: 4096)
            let parts = try read(split(stream, maximum: 7, using: &generator), limit: 4096)
            #expect(whole == parts)
        }
    }

    private func randomValue(depth: Int, using generator: inout SeededGenerator) -> RedisValue {
        switch Int.random(in: 0..<(depth < 6 ? 7 : 5), using: &generator) {
        case 0: .null
        case 1: .simpleString(String(repeating: "s", count: Int.random(in: 0...30, using: &generator)))
        case 2: .error("ERR \(Int.random(in: 0...9, using: &generator))")
        case 3: .integer(Int64.random(in: .min ... .max, using: &generator))
        case 4:
            .bulk((0..<Int.random(in: 0...200, using: &generator)).map { _ in .random(in: 0...255, using: &generator) })
        default:
            .array(
                (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                    randomValue(depth: depth + 1, using: &generator)
                }
            )
        }
    }

    private func encoded(_ value: RedisValue) -> [UInt8] {
        switch value {
        case .null: Array("$-1\r\n".utf8)
        case .simpleString(let text): Array("+\(text)\r\n".utf8)
        case .error(let text): Array("-\(text)\r\n".utf8)
        case .integer(let number): Array(":\(number)\r\n".utf8)
        case .bulk(let bytes): Array("$\(bytes.count)\r\n".utf8) + bytes + Array("\r\n".utf8)
        case .array(let elements): Array("*\(elements.count)\r\n".utf8) + elements.flatMap(encoded)
        }
    }

    private func split(_ stream: [UInt8], maximum: Int, using generator: inout SeededGenerator) -> [[UInt8]] {
        var chunks: [[UInt8]] = []
        var rest = stream[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(Int.random(in: 1...maximum, using: &generator))
            chunks.append(Array(chunk))
            rest = rest.dropFirst(chunk.count)
        }
        return chunks
    }
}
