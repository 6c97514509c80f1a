import Testing

@testable import PDFTasks

@Suite struct HeadingTests {
    private func paragraph(
        _ text: String,
        size: Double = 10,
        isBold: Bool = false,
        lines: Int = 1
    ) -> ParagraphBuilder.Paragraph {
        .init(scalars: Array(text.unicodeScalars), size: size, isBold: isBold, lineCount: lines, isTabular: false)
    }

    private let body = "This is the body of the document, which has most of the text and so sets the usual size. "

    private func levels(_ paragraphs: [ParagraphBuilder.Paragraph]) -> [Int?] {
        let page = PageText(number: 1, paragraphs: paragraphs + [paragraph(body + body + body, lines: 4)])
        let rule = HeadingRule([page])
        let text = Array(page.text.unicodeScalars)
        return page.blocks.dropLast().map { rule.level(of: $0, text: text[$0.range]) }
    }

    @Test func `larger lines are headings, ranked by their size`() {
        let lines = [paragraph("Title", size: 20), paragraph("Section", size: 14), paragraph("Text")]
        #expect(levels(lines) == [1, 2, nil])
    }

    @Test func `bold lines that stand alone are headings`() {
        let lines = [paragraph("Notes", isBold: true), paragraph("Bold but long", isBold: true, lines: 2)]
        #expect(levels(lines) == [1, nil])
    }

    @Test(
        arguments: [
            ("第三章 检索", 1), ("第 2 节 方法", 2), ("Chapter 4 Results", 1), ("Appendix B: Tables", 1), ("1.2 Methods", 2),
            ("1.2.3 方法", 3), ("1. item of a list", nil), ("3 apples", nil), ("Section about nothing", nil),
            ("1.2 Methods end here.", nil), ("3.5 mm of rain", nil), ("第一次", nil),
        ] as [(String, Int?)]
    )
    func `numbers make headings of lines of the usual size`(line: String, level: Int?) {
        #expect(levels([paragraph(line)]) == [level])
    }

    @Test func `large text that is long, ends a sentence or has no words is no heading`() {
        let lines = [
            paragraph("This is a pull quote.", size: 16), paragraph(String(repeating: "word ", count: 60), size: 16),
            paragraph("42", size: 30),
        ]
        #expect(levels(lines) == [nil, nil, nil])
    }

    @Test func `chunks know the headings above them and never end with one`() {
        let text = (1...200).map { "Sentence number \($0) stands here." }.joined(separator: " ")
        let page = PageText(
            number: 1,
            paragraphs: [
                paragraph("Title", size: 20), paragraph("Part", size: 14), paragraph(text, lines: 9),
                paragraph("Other", size: 14), paragraph("Short.", lines: 1),
            ]
        )
        let chunks = Chunker(maxTokens: 100, overlap: 20).chunks(of: [page], pdfID: "d")
        #expect(chunks.first?.headings == [])
        #expect(chunks.first?.text.hasPrefix("Title\nPart\nSentence number 1 ") == true)
        #expect(chunks.dropFirst().first?.headings == ["Title", "Part"])
        #expect(chunks.dropFirst().first?.contextualText.hasPrefix("Title > Part\n") == true)
        #expect(chunks.last?.text.hasSuffix("Other\nShort.") == true)
        #expect(chunks.allSatisfy { !$0.text.hasSuffix("Other") && $0.tokens <= 100 })
    }
}
