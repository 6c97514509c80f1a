import Foundation
import Testing

@testable import PDFTasks

@Suite struct ChunkerTests {
    /// What must hold for the chunks of any text.
    private func check(_ pages: [PageText], _ chunker: Chunker, _ name: String) -> [Chunk] {
        let chunks = chunker.chunks(of: pages, pdfID: "d")
        let texts = Dictionary(uniqueKeysWithValues: pages.map { ($0.number, Array($0.text.unicodeScalars)) })
        var end = (page: 0, offset: 0)
        for (index, chunk) in chunks.enumerated() {
            #expect(chunk.index == index && chunk.id == "d_chunk_\(index)")
            #expect(chunk.tokens <= chunker.maxTokens, "\(name) \(index)")
            #expect(chunk.tokens == TokenCounter().count(chunk.contextualText), "\(name) \(index)")
            var joined = String.UnicodeScalarView()
            for span in chunk.spans {
                joined.append(contentsOf: span.join.unicodeScalars)
                joined.append(contentsOf: texts[span.page]?[span.start..<span.end] ?? [])
            }
            #expect(String(joined) == chunk.text, "\(name) \(index)")
            #expect(chunk.page == chunk.spans.first?.page && chunk.pageEnd == chunk.spans.last?.page)
            #expect(chunk.text.unicodeScalars.first?.isSpace == false)
            #expect(chunk.text.unicodeScalars.last?.isSpace == false)
            #expect(chunk.overlap < chunk.text.unicodeScalars.count, "\(name) \(index)")
            // Nothing between two chunks but white space: what follows the overlap follows the chunk before.
            let start = position(of: chunk.overlap, in: chunk)
            let gap = end.offset..<(start.page == end.page ? max(end.offset, start.offset) : end.offset)
            let skipped = texts[end.page]?[gap] ?? []
            #expect(!skipped.contains { !$0.isSpace }, "\(name) \(index)")
            end = (chunk.pageEnd, chunk.spans.last?.end ?? 0)
        }
        return chunks
    }

    private func position(of offset: Int, in chunk: Chunk) -> (page: Int, offset: Int) {
        var rest = offset
        for span in chunk.spans {
            rest -= span.join.unicodeScalars.count
            if rest < span.end - span.start { return (span.page, span.start + max(0, rest)) }
            rest -= span.end - span.start
        }
        return (chunk.pageEnd, chunk.spans.last?.end ?? 0)
    }

    private func overlapTokens(_ chunks: [Chunk]) -> [Int] {
        chunks.dropFirst().map { chunk in
            TokenCounter().count(Array(chunk.text.unicodeScalars)[..<chunk.overlap])
        }
    }

    @Test(arguments: 1...6)
    func `English text fills its chunks with whole sentences`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pages = (1...12).map { PageText(number: $0, text: RandomText.english(&random, sentences: 60)) }
        checkProse(pages, "en \(seed)")
    }

    @Test(arguments: 1...6)
    func `Chinese text fills its chunks with whole sentences`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pages = (1...12).map { PageText(number: $0, text: RandomText.chinese(&random, sentences: 60)) }
        checkProse(pages, "zh \(seed)")
    }

    @Test(arguments: 1...6)
    func `mixed text fills its chunks with whole sentences`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pages = (1...12).map { number in
            let english = RandomText.english(&random, sentences: 20)
            return PageText(number: number, text: english + "\n" + RandomText.chinese(&random, sentences: 20))
        }
        checkProse(pages, "mixed \(seed)")
    }

    private func checkProse(_ pages: [PageText], _ name: String) {
        let chunks = check(pages, Chunker(), name)
        let ends = chunks.count { SentenceShape.ends(Array($0.text.unicodeScalars)) }
        #expect(Double(ends) >= 0.9 * Double(chunks.count), "\(name)")
        let mean = chunks.dropLast().reduce(0) { $0 + $1.tokens } / max(1, chunks.count - 1)
        #expect(mean >= 460, "\(name): \(mean)")
        let overlaps = overlapTokens(chunks)
        #expect(overlaps.allSatisfy { (40...50).contains($0) }, "\(name): \(overlaps)")
    }

    @Test(arguments: 1...40)
    func `any text keeps the rules under any limit`(seed: UInt64) {
        var random = SeededGenerator(seed: seed &* 977)
        let pages = (1...4).map { PageText(number: $0, text: RandomText.anything(&random, length: 3000)) }
        let limit = Int.random(in: 16...600, using: &random)
        let chunker = Chunker(maxTokens: limit, overlap: Int.random(in: 0...limit, using: &random))
        let chunks = check(pages, chunker, "any \(seed)")
        #expect(overlapTokens(chunks).allSatisfy { $0 <= chunker.overlap + 1 })
        let text = pages.flatMap { $0.text.unicodeScalars.filter { !$0.isSpace } }
        let covered = chunks.reduce(0) { sum, chunk in
            sum + chunk.text.unicodeScalars.dropFirst(chunk.overlap).count { !$0.isSpace }
        }
        #expect(covered == text.count, "any \(seed)")
    }

    @Test func `words are never cut`() {
        var random = SeededGenerator(seed: 11)
        let text = RandomText.english(&random, sentences: 200)
        let words = Set(text.split { $0 == " " || $0 == "\n" })
        for limit in [20, 64, 512] {
            let chunker = Chunker(maxTokens: limit, overlap: limit / 10)
            for chunk in chunker.chunks(of: [PageText(number: 1, text: text)], pdfID: "d") {
                #expect(chunk.text.split { $0 == " " || $0 == "\n" }.allSatisfy(words.contains))
            }
        }
    }

    @Test func `a hundred thousand characters without a space are cut between graphemes`() {
        for unit in ["x", "👩‍👩‍👧", "e\u{301}\u{323}", "🇩🇪", "中", "ไทย", "a/b-", "0"] {
            let text = String(repeating: unit, count: 100_000 / unit.unicodeScalars.count)
            let chunks = check([PageText(number: 1, text: text)], Chunker(), unit)
            let joined = chunks.reduce(0) { $0 + $1.text.unicodeScalars.dropFirst($1.overlap).count }
            #expect(joined == text.unicodeScalars.count, "\(unit)")
            #expect(chunks.dropLast().allSatisfy { $0.tokens >= 400 }, "\(unit)")
            for chunk in chunks where unit.count == 1 {
                #expect(chunk.text.unicodeScalars.count % unit.unicodeScalars.count == 0, "\(unit)")
            }
        }
    }

    @Test func `one word of two million letters is cut`() {
        let text = String(repeating: "abcdefghij", count: 200_000)
        let chunks = Chunker().chunks(of: [PageText(number: 1, text: text)], pdfID: "d")
        #expect(chunks.allSatisfy { $0.tokens <= 512 })
        #expect(chunks.reduce(0) { $0 + $1.text.utf8.count - $1.overlap } == 2_000_000)
    }

    @Test func `a grapheme without end is cut all the same`() {
        let text = "z" + String(repeating: "\u{301}", count: 20_000)
        let chunks = check([PageText(number: 1, text: text)], Chunker(maxTokens: 64, overlap: 8), "zalgo")
        #expect(chunks.reduce(0) { $0 + $1.text.unicodeScalars.count - $1.overlap } == 20_001)
    }

    @Test func `a Chinese sentence that fits is not cut`() {
        let sentences = (0..<60).map { "第\($0)句" + String(repeating: "任务队列", count: 20 + $0 % 9) + "。" }
        let chunks = Chunker(maxTokens: 300, overlap: 30)
            .chunks(of: [PageText(number: 1, text: sentences.joined())], pdfID: "d")
        #expect(chunks.allSatisfy { $0.text.hasSuffix("。") })
    }

    @Test func `a sentence goes on over the page, and spans say where`() {
        let pages = [
            PageText(number: 3, text: "A sentence that begins on one page and"),
            PageText(number: 4, text: "goes on upon the next one. Then it ends."),
            PageText(number: 5, text: "中文的句子从这一页开始没有结束而是直接"),
            PageText(number: 6, text: "继续到下一页。"),
        ]
        let chunks = Chunker().chunks(of: pages, pdfID: "d")
        let chunk = chunks.first
        #expect(chunks.count == 1)
        #expect(chunk?.spans.map(\.join) == ["", " ", "\n", ""])
        #expect(chunk?.page == 3 && chunk?.pageEnd == 6)
        #expect(chunk?.text.contains("page and goes on upon the next") == true)
        #expect(chunk?.text.contains("直接继续到下一页。") == true)
    }

    @Test func `no text gives no chunks`() {
        #expect(Chunker().chunks(of: [], pdfID: "d").isEmpty)
        #expect(Chunker().chunks(of: [PageText(number: 1, text: " \n ")], pdfID: "d").isEmpty)
    }

    @Test(arguments: [(-5, 16, 0), (512, 512, 256), (10_000_000, 1_000_000, 500_000)])
    func `limits are brought into range`(given: Int, limit: Int, overlap: Int) {
        let chunker = Chunker(maxTokens: given, overlap: given < 0 ? -1 : .max)
        #expect(chunker.maxTokens == limit && chunker.overlap == overlap)
    }
}

@Suite struct SentenceRuleTests {
    @Test(
        arguments: [
            ("It works. Then", BreakKind.sentence), ("It works! Then", .sentence), ("He said “yes.” Then", .sentence),
            ("Dr. Smith", []), ("see e.g. Smith", []), ("in Fig. 3", []), ("J. Smith", []), ("etc. and so on", []),
            ("1. Item", []),
            ("Well, then", .clause), ("U.S. Army", []), ("version 3. Next", .sentence),
            ("(see there.) Next", .sentence),
            ("no end here", []),
        ] as [(String, BreakKind)]
    )
    func `English sentences end at full stops that are no abbreviations`(text: String, kind: BreakKind) {
        let scalars = Array(text.unicodeScalars)
        let stops = scalars.indices.dropLast().filter { scalars[$0] == " " }
        // The cut behind the first mark, or the first space.
        let marks: [Unicode.Scalar] = [".", "!", ",", ")", "”"]
        let space = stops.first { marks.contains(scalars[$0 - 1]) } ?? stops[0]
        #expect(SentenceRule.kind(in: scalars, from: 0, to: space, next: space + 1) == kind)
    }

    @Test(
        arguments: [
            ("好的。然后", BreakKind.sentence), ("好吗？”他说", .sentence), ("好的，然后", .clause), ("好的；然后", .sentence),
            ("等等……然后", .sentence), ("好的", []),
        ] as [(String, BreakKind)]
    )
    func `Chinese sentences end at their marks and the quotation marks behind`(text: String, kind: BreakKind) {
        let scalars = Array(text.unicodeScalars)
        let marks = scalars.indices.filter { ["。", "？", "；", "…", "”", "，"].contains(scalars[$0]) }
        let end = (marks.last ?? 0) + 1
        #expect(SentenceRule.kind(in: scalars, from: 0, to: end, next: end) == kind)
    }
}
