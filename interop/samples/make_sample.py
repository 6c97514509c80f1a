"""Writes the sample PDF: four pages, English and Chinese, the same bytes at every run.

Run it with `python interop/samples/make_sample.py [FILE]` after a change of the texts.
"""

import sys
from pathlib import Path

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer

CHINESE_FONT = "STSong-Light"

# Each page: language, heading, paragraphs.
PAGES: list[tuple[str, str, list[str]]] = [
    (
        "en",
        "1. A queue between two languages",
        [
            "A task queue lets one program ask for work and another one do it. The program that asks, "
            "the producer, writes a small message into a list. The program that works, the worker, "
            "takes the message out, does what it says and stores the result under the task's id.",
            "Nothing in this agreement depends on a language. The message is JSON, the list lives in "
            "Redis, and the result is one more JSON document. A producer written in Python can "
            "therefore be served by a worker written in Swift, as long as both keep to the same "
            "names, the same fields and the same order of events.",
            "This document exists to be processed. It has four pages, two languages and a few facts "
            "worth searching for: the lighthouse keeper of Ouessant, the price of saffron, and the "
            "number of steps of the old tower, which is four hundred and twelve.",
        ],
    ),
    (
        "zh",
        "二、任务队列的工作方式",
        [
            "任务队列把请求和执行分开。生产者把一条消息写入列表,工作进程取出消息,执行任务,"
            "然后把结果存入结果后端。生产者可以随时查询任务的状态,也可以订阅它的进度。",
            "处理一份文档分为四个步骤:提取文本、智能分块、建立索引、缓存结果。每完成一步,"
            "工作进程就报告一次进度。用户因此知道任务没有停下来,也知道还需要等待多久。",
            "中文句子之间没有空格,所以分词不能依靠空白。常用的办法是把相邻的两个汉字当作一个词,"
            "这样检索“任务队列”或者“进度”都能找到这一页。",
        ],
    ),
    (
        "en",
        "3. Chunks and search",
        [
            "Long documents are cut into chunks. A chunk has at most a few hundred tokens, it never "
            "ends inside a word, and it overlaps its neighbour a little, so that a sentence that "
            "falls on the border can still be found. Each chunk remembers the page it came from.",
            "Search ranks the chunks by BM25: a word counts more when it is rare in the collection, "
            "more when it occurs often in the chunk, and less when the chunk is long. The saffron in "
            "this sentence should bring this page to the top of its list.",
            "The lighthouse keeper of Ouessant counted the ships each evening and wrote the number "
            "into a ledger. In the spring of 1911 the ledger was lost, and was found again sixty "
            "years later behind a wall of the lamp room.",
        ],
    ),
    (
        "zh",
        "四、失败与恢复",
        [
            "文件可能不存在,可能是空的,可能已经加密,也可能根本不是文档。这些情况都应该得到清楚的说明,"
            "而不是没有结果的等待。解析库崩溃时,只损失一个子进程,其他任务继续执行。",
            "工作进程被强行终止以后,它手里的消息不会丢失。另一个工作进程会在几秒之内接过任务。"
            "消息只有在结果写入之后才会被确认,这就是“至少一次”的含义。",
            "最后一句话用来检验完整性:灯塔一共有四百一十二级台阶。",
        ],
    ),
]


def story() -> list[Flowable]:
    """The flowing contents: heading and paragraphs of each page."""
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE_FONT))
    fonts = {"en": "Times-Roman", "zh": CHINESE_FONT}
    flow: list[Flowable] = []
    for number, (language, heading, paragraphs) in enumerate(PAGES):
        wrap = "CJK" if language == "zh" else None
        head = ParagraphStyle(
            f"head-{language}",
            fontName=fonts[language],
            fontSize=18,
            leading=24,
            alignment=TA_CENTER,
            wordWrap=wrap,
        )
        body = ParagraphStyle(
            f"body-{language}",
            fontName=fonts[language],
            fontSize=12,
            leading=18,
            spaceAfter=10,
            wordWrap=wrap,
        )
        if number:
            flow.append(PageBreak())
        flow += [Paragraph(heading, head), Spacer(1, 0.8 * cm)]
        flow += [Paragraph(text, body) for text in paragraphs]
    return flow


def main() -> None:
    """Writes the file named on the command line, or sample.pdf beside this script."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("sample.pdf")
    document = SimpleDocTemplate(
        str(target),
        pagesize=A4,
        title="A queue between two languages",
        author="swift-celery",
        # A fixed date and document id, so that the same texts give the same bytes.
        invariant=1,
    )
    document.build(story())


if __name__ == "__main__":
    main()
