"""PDFs that the tests make for themselves."""

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


def write_encrypted_pdf(path: Path) -> Path:
    """Writes a PDF that nobody can read without its password."""
    plain = write_bilingual_pdf(path.with_suffix(".plain.pdf"))
    writer = PdfWriter(clone_from=PdfReader(plain))
    writer.encrypt("secret", algorithm="RC4-128")
    with path.open("wb") as file:
        writer.write(file)
    return path
