"""Write the PDFs that the tests of PDFTasks read, and what must be found in them.

Run in this folder: python generate.py. Chinese is set in reportlab's CID font STSong-Light, which is not embedded:
reading it needs the package poppler-data. expected.json holds the paragraphs as they stand below, so it does not
depend on any extractor.
"""

import io
import json
import random
from pathlib import Path

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).parent
SOFT_HYPHEN = "\u00ad"
NEVER_FIRST = "，。！？；：、）》”’】"
WIDTH, HEIGHT = A4
SONG = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(SONG))


def wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """Break text into lines: at spaces and soft hyphens, and between Chinese characters."""
    lines, line = [], ""

    def fits(candidate: str) -> bool:
        return pdfmetrics.stringWidth(candidate, font, size) <= width

    for word in split(text):
        parts = word.split(SOFT_HYPHEN)
        while parts:
            whole = "".join(parts)
            if fits((line + whole).rstrip()) or (whole[0] in NEVER_FIRST and line):
                line, parts = line + whole, []
                continue
            count = len(parts) - 1
            while count and not fits(line + "".join(parts[:count]) + "-"):
                count -= 1
            if count:
                lines.append(line + "".join(parts[:count]) + "-")
                parts = parts[count:]
            else:
                lines.append(line.rstrip())
            line = ""
    return [*lines, line.rstrip()] if line.strip() else lines


def split(text: str) -> list[str]:
    """Cut text into what a line break may not divide, each part with the space behind it."""
    parts, word = [], ""
    for character in text:
        if character > "\u2e7f":
            parts += [word] if word else []
            parts, word = [*parts, character], ""
        else:
            word += character
            if character == " ":
                parts, word = [*parts, word], ""
    return [*parts, word] if word else parts


class Sheet:
    """A PDF in the making and, page by page, the paragraphs that it shows."""

    def __init__(self, name: str, **options) -> None:
        """Begin a file; the options are reportlab's."""
        self.name = name
        self.canvas = Canvas(str(HERE / name), pagesize=A4, invariant=1, pageCompression=1, **options)
        self.pages: list[list[str]] = [[]]
        self.y = HEIGHT - 72

    def text(self, text: str, font="Helvetica", size=11, x=72.0, width=WIDTH - 144, leading=1.35, after=6.0) -> None:
        """Set one paragraph."""
        self.canvas.setFont(font, size)
        for line in wrap(text, font, size, width):
            self.canvas.drawString(x, self.y, line)
            self.y -= size * leading
        self.y -= after
        self.pages[-1].append(text.replace(SOFT_HYPHEN, ""))

    def heading(self, text: str, font="Helvetica-Bold", size=16) -> None:
        """Set a heading."""
        self.y -= 8
        self.text(text, font, size, after=8)

    def page(self) -> None:
        """Begin the next page."""
        self.canvas.showPage()
        self.pages.append([])
        self.y = HEIGHT - 72

    def save(self) -> list[list[str]]:
        """Write the file and give back its paragraphs."""
        self.canvas.showPage()
        self.canvas.save()
        return self.pages


ENGLISH = [
    "A task queue hands work from the process that receives a request to processes that have the time for it. The "
    "caller gets an identifier at once and asks for the result later. Nothing is lost when a worker stops, "
    "be\u00adcause a message leaves the queue only after its work is done.",
    "Every message names a task and carries its argu\u00adments. Workers that know the name run the task; others must "
    "not take the message. Dr. Smith measured, e.g. in Fig. 3, that 4.5 ms pass between the two. Is that fast? It is!",
    "Retries need care. A task that is run twice must not charge a card twice, so well-known systems ask that tasks "
    "be idem\u00adpotent: running them again changes nothing. Iden\u00adtifiers make this possible.",
]
COLUMNS = [
    "The left column comes first. Readers go down to its foot before they look to the right, and so must an extractor "
    "that wants to keep sen\u00adtences together. Lines here are short, which makes hyphen\u00adation frequent.",
    "The right column comes second. Its first sentence must not be mixed into the left one, although both begin at "
    "the same height on the page. That is what this page is for.",
]
TABLE = [("Name", "Amount", "City"), ("Alice", "1200", "Paris"), ("Bob", "75", "Rome"), ("Carol", "310", "Oslo")]
CHINESE = [
    "任务队列把工作从接收请求的进程交给有空闲时间的进程。调用者立即得到一个标识符，稍后再查询结果。"
    "工作进程停止时不会丢失任何任务，"
    "因为消息在工作完成之后才离开队列。",
    "每条消息都写明任务的名称并带有参数。认识这个名称的工作进程执行任务，其他进程不得取走消息。“这样快吗？"
    "”有人问。答案是肯定的！",
    "重试需要谨慎。执行两次的任务不能扣款两次，所以任务应当是幂等的：再次执行不会改变任何东西；"
    "标识符使这一点成为可能。",
]
MIXED = [
    "本文档使用 Python 和 Swift 编写。process_pdf_task 接收 pdf_path 与 pdf_id 两个参数，返回 JSON 格式的结果。",
    "The word 队列 means queue. Version 2.3.1 was released in 2024年5月，支持 UTF-8 编码。",
]


def english() -> list[list[str]]:
    """Write headings, hyphenation, two columns, a table."""
    sheet = Sheet("english.pdf")
    sheet.heading("1 Task Queues", size=18)
    sheet.text(ENGLISH[0], width=300)
    sheet.heading("1.1 Messages", size=14)
    sheet.text(ENGLISH[1], width=300)
    sheet.text(ENGLISH[2], width=300)
    sheet.page()
    sheet.heading("2 Columns", size=18)
    top = sheet.y
    sheet.text(COLUMNS[0], "Times-Roman", x=72, width=200)
    sheet.y = top
    sheet.text(COLUMNS[1], "Times-Roman", x=320, width=200)
    sheet.page()
    sheet.heading("3 Table", size=18)
    for row in TABLE:
        for x, cell in zip((72, 200, 330), row, strict=True):
            sheet.canvas.setFont("Helvetica", 11)
            sheet.canvas.drawString(x, sheet.y, cell)
        sheet.y -= 20
        sheet.pages[-1].append(" ".join(row))
    return sheet.save()


def chinese() -> list[list[str]]:
    """Write headings and paragraphs in a font that is not embedded."""
    sheet = Sheet("chinese.pdf")
    for number, paragraph in zip("一二三", CHINESE, strict=True):
        sheet.heading(f"第{number}章 任务队列", SONG, 18)
        sheet.text(paragraph, SONG, 12, width=300)
        sheet.page()
    sheet.heading("附录", SONG, 18)
    sheet.text(CHINESE[0], SONG, 12)
    return sheet.save()


def mixed() -> list[list[str]]:
    """Write Chinese and English in one line."""
    sheet = Sheet("mixed.pdf")
    for paragraph in MIXED:
        sheet.text(paragraph, SONG, 12, width=260)
    return sheet.save()


def form() -> list[list[str]]:
    """Write fields with values, a choice, free text and a note."""
    sheet = Sheet("form.pdf")
    canvas = sheet.canvas
    canvas.setFont("Helvetica", 12)
    canvas.drawString(72, 700, "Name:")
    canvas.acroForm.textfield(name="name", value="Alice Example", x=130, y=695, width=200, height=18, fontSize=12)
    canvas.drawString(72, 660, "City:")
    canvas.acroForm.choice(
        name="city", value="Oslo", options=["Paris", "Oslo", "Rome"], x=130, y=655, width=200, height=18, fontSize=12
    )
    canvas.drawString(72, 620, "Signed in ink.")
    canvas.textAnnotation("Checked by the auditor.", Rect=[400, 600, 420, 620], addtopage=1)
    canvas.freeTextAnnotation("Draft of May.", DA="/Helv 12 Tf 0 g", Rect=[72, 560, 200, 580], addtopage=1)
    sheet.pages[-1] = [
        "Name: Alice Example",
        "City: Oslo",
        "Signed in ink.",
        "Draft of May.",
        "Checked by the auditor.",
    ]
    return sheet.save()


def scan() -> list[list[str]]:
    """Write two pages that are pictures of text."""
    sheet = Sheet("scan.pdf")
    for number in (1, 2):
        picture = Image.new("1", (400, 560), 1)
        ImageDraw.Draw(picture).text((40, 40), f"This is a picture of page {number}.", fill=0)
        sheet.canvas.drawImage(ImageReader(picture), 0, 0, WIDTH, HEIGHT)
        if number == 1:
            sheet.page()
    return sheet.save()


def edge() -> None:
    """Write text that begins outside of the page, where poppler's own idea of the whole page loses it."""
    canvas = Canvas(str(HERE / "edge.pdf"), pagesize=(300, 300), invariant=1)
    canvas.setFont("Helvetica", 24)
    canvas.drawString(-10, 280, "Title")
    canvas.setFont("Helvetica", 12)
    canvas.drawString(10, 290, "Body")
    canvas.showPage()
    canvas.save()


def encrypted() -> None:
    """Write a page with a user's password, and with an owner's only."""
    for name, user in (("encrypted.pdf", "secret"), ("owner-password.pdf", "")):
        sheet = Sheet(name, encrypt=StandardEncryption(user, ownerPassword="owner", canPrint=0, strength=128))
        sheet.text("This page is protected.")
        sheet.save()


def many_pages() -> None:
    """Write running heads and feet, and sentences that go on over the page."""
    sheet = Sheet("many-pages.pdf")
    words = ["work", "queue", "message", "worker", "result", "broker", "retry"]
    words += ["chain", "group", "chord", "signal", "event", "lease", "script"]
    chance = random.Random(7)
    sentences: list[str] = []
    for number in range(60):
        sheet.canvas.setFont("Helvetica", 9)
        sheet.canvas.drawString(72, HEIGHT - 40, "Handbook of Queues")
        sheet.canvas.drawRightString(WIDTH - 72, 40, f"Page {number + 1}")
        sheet.canvas.setFont("Helvetica", 11)
        lines: list[str] = []
        while len(lines) < 14:
            sentence = " ".join(chance.choices(words, k=chance.randint(8, 16))).capitalize() + "."
            sentences.append(sentence)
            lines = wrap(" ".join(sentences), "Helvetica", 11, WIDTH - 144)
        for line in lines[:14]:
            sheet.canvas.drawString(72, sheet.y, line)
            sheet.y -= 15
        sentences = [" ".join(lines[14:])] if lines[14:] else []
        if number < 59:
            sheet.page()
    sheet.save()


def raw(name: str, body: list[bytes]) -> None:
    """Write a PDF from its objects, numbered from 1; the first is the catalog."""
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(body, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(body) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    out.write(b"trailer <</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (len(body) + 1, start))
    (HERE / name).write_bytes(out.getvalue())


def stream(content: bytes) -> bytes:
    """Make a stream object."""
    return b"<</Length %d>> stream\n%s\nendstream" % (len(content), content)


def hostile() -> None:
    """Write characters that are none, full-width Latin, a lie about the pages."""
    pages = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 99]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    ]
    targets = {"A": "0000", "B": "D800", "C": "202E", "D": "FFFE", "E": "0007", "F": "00AD", "G": "FEFF"}
    cmap = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange\n"
    cmap += f"{len(targets)} beginbfchar\n"
    cmap += "".join(f"<{ord(source):02X}> <{target}>\n" for source, target in targets.items())
    cmap += "endbfchar\n1 beginbfrange <61> <7A> <0061> endbfrange endcmap end end"
    raw(
        "control-characters.pdf",
        [
            *pages,
            stream(b"BT /F 12 Tf 9 40 Td (safe AtBeCxDtE is FreadG) Tj ET"),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
            stream(cmap.encode()),
        ],
    )
    raw(
        "full-width.pdf",
        [
            *pages,
            stream(b"BT /F 12 Tf 9 40 Td <" + "使用aptitude命令（v2）".encode("gbk").hex().encode() + b"> Tj ET"),
            b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/GBK-EUC-H/DescendantFonts[6 0 R]>>",
            b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/FontDescriptor 7 0 R/DW 1000"
            b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>",
            b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -120 1000 880]/ItalicAngle 0/Ascent 880"
            b"/Descent -120/CapHeight 880/StemV 93>>",
        ],
    )
    lie = [pages[0], b"<</Type/Pages/Kids[3 0 R]/Count 1000000>>", *pages[2:]]
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    raw("page-count-lie.pdf", [*lie, stream(b"BT /F 12 Tf 9 40 Td (One page.) Tj ET"), font])


def sample() -> None:
    """Write a bilingual document to try the service with."""
    sheet = Sheet("sample.pdf")
    sheet.canvas.setTitle("Task queues 任务队列")
    sheet.heading("Task Queues 任务队列", SONG, 22)
    sheet.text("A short bilingual document to try the service with. 一份用来试用本服务的双语短文。", SONG, 11)
    sheet.heading("1 Why queues", size=16)
    for paragraph in ENGLISH:
        sheet.text(paragraph)
    sheet.heading("1.1 What a worker does", size=13)
    for paragraph in SAMPLE_ENGLISH:
        sheet.text(paragraph)
    sheet.page()
    sheet.heading("第二章 任务队列的工作方式", SONG, 16)
    for paragraph in CHINESE + SAMPLE_CHINESE:
        sheet.text(paragraph, SONG, 11)
    sheet.page()
    sheet.heading("3 Searching", size=16)
    for paragraph in SAMPLE_SEARCH:
        sheet.text(paragraph)
    sheet.heading("第四章 检索", SONG, 16)
    for paragraph in [*SAMPLE_RETRIEVAL, *MIXED]:
        sheet.text(paragraph, SONG, 11)
    sheet.page()
    sheet.heading("5 Results", size=16)
    for row in TABLE:
        for x, cell in zip((72, 200, 330), row, strict=True):
            sheet.canvas.setFont("Helvetica", 11)
            sheet.canvas.drawString(x, sheet.y, cell)
        sheet.y -= 18
    sheet.save()


SAMPLE_ENGLISH = [
    "A worker waits for messages, reserves a few of them, and runs them in child processes. While a task runs, its "
    "reservation is renewed, so that no other worker takes it. When the task is done, the result is stored and the "
    "message is acknowledged in one step. If the worker dies in between, another one finds the message and runs it.",
    "Documents from strangers can be broken or hostile. A page may take minutes to draw, or gigabytes of memory. For "
    "this reason each document is read in a process of its own, with a limit for its time and its memory. A crash "
    "costs one process and one attempt; the worker goes on.",
]
SAMPLE_CHINESE = [
    "工作进程等待消息，预留其中的几条，并在子进程中执行。任务执行期间会不断续租，因此其他工作进程不会取走它。"
    "任务完成后，结果的保存和消息的确认在同一步"
    "完成。如果工作进程在此期间崩溃，另一个工作进程会发现这条消息并重新执行。",
    "来自陌生人的文档可能已经损坏，也可能怀有恶意。绘制一页可能需要几分钟，或者占用几个 GB 的内存。"
    "因此每个文档都在单独的进程中读取，并限制时间和内存。"
    "崩溃只会损失一个进程和一次尝试，工作进程继续运行。",
]
SAMPLE_SEARCH = [
    "Search finds the pieces of a document that matter for a question. Words that are rare in the document weigh more "
    "than words that stand everywhere, and a piece that repeats a word again and again gains less each time. This is "
    "the idea of BM25, which has served search engines for thirty years and still is hard to beat.",
    "Before words are counted they are brought to one form: lower case, compatibility forms folded, and digits kept "
    "together. A query goes through the same steps, so that both meet.",
]
SAMPLE_RETRIEVAL = [
    "检索找出文档中与问题有关的部分。文档中少见的词比到处都有的词更重要，同一个词反复出现时，"
    "每次增加的分数越来越少。这就是 BM25 的思想。",
    "中文没有空格，所以索引同时记录单个汉字和相邻的两个汉字。这样不需要词典，也能找到任何词语。",
]


def main() -> None:
    """Write everything."""
    expected = {
        "english.pdf": english(),
        "chinese.pdf": chinese(),
        "mixed.pdf": mixed(),
        "form.pdf": form(),
        "scan.pdf": scan(),
    }
    edge()
    encrypted()
    many_pages()
    hostile()
    sample()
    text = json.dumps(expected, ensure_ascii=False, indent=1) + "\n"
    (HERE / "expected.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
