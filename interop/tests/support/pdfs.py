"""PDFs that the tests make for themselves."""

import zlib
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

CHINESE_FONT = "STSong-Light"
CHINESE_SENTENCE = "灯塔一共有四百一十二级台阶,守塔人每天傍晚清点过往的船只。"
ENGLISH_SENTENCE = "The lighthouse keeper counted the ships each evening."


def write_pdf(path: Path, pages: list[list[str]]) -> Path:
    """Writes the lines of each page, in English or Chinese."""
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE_FONT))
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    for lines in pages:
        top = 780
        for line in lines:
            canvas.setFont("Times-Roman" if line.isascii() else CHINESE_FONT, 12)
            canvas.drawString(72, top, line)
            top -= 20
        canvas.showPage()
    canvas.save()
    return path


def write_bilingual_pdf(path: Path, marker: str = "page") -> Path:
    """Writes three pages; `marker` makes the file's contents its own."""
    return write_pdf(
        path,
        [
            [f"{marker} one", ENGLISH_SENTENCE],
            [f"{marker} two", CHINESE_SENTENCE],
            [f"{marker} three", "Nothing else is written here."],
        ],
    )


def write_long_pdf(path: Path, pages: int, marker: str = "page") -> Path:
    """Writes many light pages: work for a worker that takes a while."""
    return write_pdf(
        path,
        [
            [f"{marker} {number}"] + [f"Line {line} of the long document." for line in range(20)]
            for number in range(pages)
        ],
    )


def write_endless_pdf(path: Path) -> Path:
    """Writes one page of a thousand million texts in a few thousand bytes: nine forms that draw the next ten times."""
    forms = [b"/F Do " * 10] * 9 + [b"BT /T 9 Tf (x) Tj ET"]
    objects = [_PAGE % (4, b"/XObject<</F 5 0 R>>"), _stream(b"/F Do")]
    for number, content in enumerate(forms, start=6):
        resources = b"/XObject<</F %d 0 R>>/Font<</T<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>" % number
        objects.append(_stream(content, b"/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<<%s>>" % resources))
    return _write_objects(path, objects)


def write_bomb_pdf(path: Path, states: int) -> Path:
    """Writes one page that saves its graphics state so many times, a few bytes for each thousand of them."""
    packed = zlib.compress(b"q\n" * states, 9)
    return _write_objects(path, [_PAGE % (4, b""), _stream(packed, b"/Filter/FlateDecode")])


_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents %d 0 R/Resources<<%s>>>>"


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def _write_objects(path: Path, objects: list[bytes]) -> Path:
    """Writes a document of one page, whose objects these are from the third on."""
    heads = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    data = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(heads + objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size = len(offsets) + 1
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(data))
    path.write_bytes(data + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer)
    return path


def write_encrypted_pdf(path: Path) -> Path:
    """Writes a PDF that nobody can read without its password."""
    plain = write_bilingual_pdf(path.with_suffix(".plain.pdf"))
    writer = PdfWriter(clone_from=PdfReader(plain))
    writer.encrypt("secret", algorithm="RC4-128")
    with path.open("wb") as file:
        writer.write(file)
    return path
