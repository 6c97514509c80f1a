import Testing

@testable import PDFTasks

@Suite struct TextTests {
    private func scalars(_ text: String) -> [Unicode.Scalar] { Array(text.unicodeScalars) }

    private func text(_ scalars: [Unicode.Scalar]) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    @Test(arguments: [
        ("a\u{0}b\u{7}c", "abc"),
        ("tab\there", "tab here"),
        ("no\u{A0}break\u{3000}space", "no break space"),
        ("\u{202E}evil\u{202C} \u{2066}isolate\u{2069}", "evil isolate"),
        ("mark\u{FEFF}\u{200B}s\u{FFFD}", "marks"),
        ("ﬁne ﬂow oﬃce", "fine flow office"),
        ("ＡＢＣａｂｃ０１２＋＝", "ABCabc012+="),
        ("全角，标点！（保留）：；？．～", "全角，标点！（保留）：；？．～"),
        ("line\r\u{2028}", "line\n\n"),
        ("👩‍👩‍👧 e\u{301} می‌خواهم", "👩‍👩‍👧 e\u{301} می‌خواهم"),
    ])
    func `invisible characters go, full-width Latin is folded, all else stays`(raw: String, clean: String) {
        #expect(text(TextCleaner.clean(raw)) == clean)
    }

    @Test(arguments: [0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF, 0xFDD0, 0xFDEF] as [UInt32])
    func `noncharacters go`(value: UInt32) throws {
        #expect(TextCleaner.replacement(for: try #require(Unicode.Scalar(value))) == .drop)
    }

    @Test(
        arguments: [
            ([0x61, 0xE4, 0xBD, 0xA0, 0xF0, 0x9F, 0x98, 0x80], "a你😀"),
            ([0x61, 0xED, 0xA0, 0x80, 0x62], "a\0b"),
            ([0x61, 0xFF, 0x62, 0xC0, 0x80], "a\0b\0\0"),
            ([0x61, 0xE4, 0xBD], "a\0\0"),
            ([0xE4, 0x62], "\0b"),
            ([0xE0, 0x80, 0x80], "\0"),
            ([], ""),
        ] as [([UInt8], String)]
    )
    func `broken UTF-8 and lone surrogates keep their places`(bytes: [UInt8], expected: String) {
        #expect(bytes.withUnsafeBufferPointer { text(GeneralizedUTF8.decode($0)) } == expected)
    }

    private func box(_ x: Double, _ y: Double = 0, width: Double = 5, height: Double = 10) -> Box {
        Box(x1: x, y1: y, x2: x + width, y2: y + height)
    }

    @Test(arguments: [
        ("n" as Unicode.Scalar, "3" as Unicode.Scalar, 1.5, 0.0, true),
        ("n", "3", 0.9, 0.0, false),
        ("n", "m", -20, 0.0, true),
        ("x", "2", 0, -9, true),
        ("x", "2", 0, -4, false),
        ("中", "文", 8, 0, false),
        ("中", "a", 2, 0, true),
        ("，", "a", 4, 0, false),
        (" ", "a", 9, 0, false),
    ])
    func `a gap between boxes is a space`(
        first: Unicode.Scalar,
        second: Unicode.Scalar,
        gap: Double,
        drop: Double,
        isSpace: Bool
    ) {
        #expect(GapRule.needsSpace(first, box(0), second, box(5 + gap, drop)) == isSpace)
    }

    @Test(arguments: [
        ("queue", "and", LineJoin.space),
        ("exam-", "ple", .withoutHyphen),
        ("Jean-", "Paul", .nothing),
        ("pages 3-", "5", .nothing),
        ("a dash -", "here", .space),
        ("任务", "队列", .nothing),
        ("任务，", "队列", .nothing),
        ("使用", "Swift", .space),
        ("Swift", "编写", .space),
        ("编写。", "Swift", .nothing),
        ("他说", "“好”", .nothing),
        ("he said", "“good”", .space),
    ])
    func `lines join as their scripts do`(first: String, second: String, join: LineJoin) {
        #expect(LineJoin(after: scalars(first), before: scalars(second)) == join)
    }

    @Test(arguments: [
        ("• item", true), ("- item", true), ("-5 degrees", false), ("1. item", true), ("12) item", true),
        ("(a) item", true),
        ("（一）项目", true), ("三、项目", true), ("① 项目", true), ("1998. Then", false), ("3.14 is pi", false),
        ("A. Smith", false), ("word", false), ("", false),
    ])
    func `items of lists are known by how they begin`(line: String, isItem: Bool) {
        #expect(SentenceShape.startsItem(scalars(line)) == isItem)
    }

    /// A line of text in a fixed-width font, 6 points a character and 12 a Chinese one.
    private func line(_ text: String, x: Double = 72, y: Double, size: Double = 10, isBold: Bool = false) -> RawLine {
        var position = x
        let boxes = text.unicodeScalars.map { scalar in
            let width = scalar.isWide ? 12.0 : 6.0
            defer { position += width }
            return box(position, y, width: width, height: size)
        }
        return RawLine(scalars: scalars(text), boxes: boxes, size: size, isBold: isBold)
    }

    private func paragraphs(_ lines: [RawLine]) -> [String] {
        ParagraphBuilder(lines: lines.mergedRows().map(TextLine.init)).paragraphs().map { text($0.scalars) }
    }

    @Test func `full lines go on, a short line ends its paragraph`() {
        let found = paragraphs([
            line("The first line is filled up to the very end with", y: 0),
            line("words and this one ends.", y: 14),
            line("Short.", y: 28),
            line("Another paragraph starts here and it is as long", y: 42),
        ])
        #expect(found.count == 3)
        #expect(found.first?.hasSuffix("end with words and this one ends.") == true)
    }

    @Test func `a change of size and a wide distance end a paragraph`() {
        let title = paragraphs([
            line("A title that is as wide as text", y: 0, size: 16), line("and the text right below it here", y: 20),
        ])
        #expect(title.count == 2)
        let apart = paragraphs([
            line("one paragraph of equal width lines", y: 0), line("that goes on over the second line", y: 14),
            line("then another which stands far below", y: 48), line("and goes on in turn on another one", y: 62),
        ])
        #expect(apart.count == 2)
    }

    @Test func `cells of one row become one line, rows stay apart`() {
        let found = paragraphs([
            line("Alice", y: 0), line("1200", x: 200, y: 0), line("Paris", x: 330, y: 0),
            line("Bob", y: 20), line("75", x: 200, y: 20), line("Rome", x: 330, y: 20),
        ])
        #expect(found == ["Alice 1200 Paris", "Bob 75 Rome"])
    }

    @Test func `contents lines keep apart and lose their dots`() {
        let found = paragraphs([
            line("1 Introduction . . . . . . . . . . . . . 3", y: 0),
            line("2 Methods ........................ 14", y: 14),
        ])
        #expect(found == ["1 Introduction ... 3", "2 Methods ... 14"])
    }

    @Test func `a field's value follows its label, a note follows the page`() {
        let label = line("Name:", y: 100)
        let below = line("Below", y: 140)
        var page = RawPage(
            scalars: label.scalars + ["\n"] + below.scalars,
            boxes: label.boxes + [Box(x1: 102, y1: 110, x2: 102, y2: 110)] + below.boxes
        )
        page.overlays = [
            .init(text: "A note.", box: nil),
            .init(text: "Alice\nExample", box: Box(x1: 120, y1: 98, x2: 300, y2: 112)),
            .init(text: "Between", box: Box(x1: 72, y1: 120, x2: 300, y2: 130)),
        ]
        #expect(PageText(number: 1, raw: page).text == "Name: Alice Example\nBetween\nBelow\nA note.")
    }

    @Test func `boxes that do not fit the text cost only the gaps of their line`() {
        let first = line("ab", y: 0)
        let second = line("cell3", y: 14)
        var boxes = second.boxes
        boxes[4] = box(200, 14)
        let newline = Box(x1: 90, y1: 10, x2: 90, y2: 10)
        let page = RawPage(
            scalars: scalars("abX\ncell3"),
            boxes: first.boxes + [newline] + boxes
        )
        #expect(PageText(number: 1, raw: page).text == "abX\ncell 3")
    }

    @Test func `running heads and page numbers stand at the edge of many pages`() {
        let pages = zip(1..., ["one", "two", "three", "four", "five"]).map { number, word in
            PageText(number: number, text: "Handbook\nText \(word)\nmore\nand \(word)\nPage \(number) / 5")
        }
        let running = RunningLines(pages)
        let content = pages.map { page in running.content(of: page, text: Array(page.text.unicodeScalars)) }
        // The first one with words stays: nothing is lost altogether.
        #expect(content == [0..<5, 1..<4, 1..<4, 1..<4, 1..<4])
    }

    @Test(arguments: ["12", "xiv", "- 12 -", "3 / 223"])
    func `bare page numbers go even at their first place`(style: String) {
        let pages = (1...3).map { number in
            PageText(number: number, text: "Text \(number == 1 ? "one" : number == 2 ? "two" : "three") here\n\(style)")
        }
        let page = pages[0]
        #expect(RunningLines(pages).content(of: page, text: Array(page.text.unicodeScalars)) == 0..<1)
    }
}
