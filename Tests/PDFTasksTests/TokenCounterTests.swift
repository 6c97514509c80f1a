import Testing

@testable import PDFTasks

@Suite struct TokenCounterTests {
    struct Passage: Decodable {
        var name: String
        var text: String
        var tokens: Int
    }

    @Test func `the estimate is near cl100k, rather above than below`() throws {
        for passage in try Fixtures.json([Passage].self, "tokens.json") {
            let ratio = Double(TokenCounter().count(passage.text)) / Double(passage.tokens)
            #expect(ratio > 0.97 && ratio < 1.12, "\(passage.name): \(ratio)")
        }
    }

    @Test(arguments: ["", " ", "a", "\n", "中", "👩‍👩‍👧", "1234567", "—", "\u{301}"])
    func `small texts are counted`(text: String) {
        #expect(TokenCounter().count(text) == TokenCounter().count(text + ""))
        #expect(TokenCounter().count(text) <= 12)
        #expect((TokenCounter().count(text) == 0) == (text.isEmpty || text == " "))
    }

    @Test func `pieces cover the text without gaps`() {
        let text = Array("Hello, wörld!  12345 任务队列\n\nΩμέγα — кошка… done".unicodeScalars)
        var scanner = TokenScanner(text[...])
        var end = 0
        while let piece = scanner.next() {
            #expect(piece.range.lowerBound == end)
            #expect(piece.range.upperBound > end)
            end = piece.range.upperBound
        }
        #expect(end == text.count)
    }

    @Test func `frequent Chinese characters cost less than rare ones`() {
        #expect(TokenCounter().count("的的的的的的的的的的") == 10)
        #expect(TokenCounter().count("饕餮饕餮饕餮饕餮饕餮") > 20)
    }
}
