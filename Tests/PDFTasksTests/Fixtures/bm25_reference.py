"""Write bm25.json: words and BM25 scores by an implementation that shares nothing with the Swift one.

Run in this folder: python bm25_reference.py. Only the standard library is needed. The formula is
Lucene's (BM25Similarity since version 8): idf * tf / (tf + k1 * (1 - b + b * dl / avgdl)) with
idf = ln(1 + (N - n + .5) / (n + .5)).
"""

import json
import math
import re
import unicodedata
from collections import Counter
from pathlib import Path

K1, B = 1.5, 0.75
CJK = r"\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\U00020000-\U0003fffd\u3005\u3007"
CJK += r"\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uac00-\ud7a3"

DOCUMENTS = [
    "A task queue hands work from the process that receives a request to processes that have time for it.",
    "The queue keeps every message until its work is done. A message in the queue is a message that waits.",
    "任务队列把工作从接收请求的进程交给有空闲时间的进程。",
    "消息队列中的消息在工作完成之后才离开队列,所以不会丢失任何任务。",
    "使用Python和Swift编写的任务队列,支持UTF-8编码。",
    "Don't panic: it’s the WORKER's job, isn't it? The worker isn't lost.",
    "Version 3.14 costs 1,000 euros; version 2.7 is free. See 3.14159 and section 3.",
    "ＦＵＬＬ－ＷＩＤＴＨ　ｌｅｔｔｅｒｓ and ﬁne ligatures, ①②, ½ and x² and ㎏.",
    "Straße, STRASSE, ΟΔΥΣΣΕΥΣ and Οδυσσεύς; naïve café, cafe\u0301, İstanbul.",
    "東京タワーはどこですか。カタカナ ｶﾀｶﾅ ひらがな",
    "서울에서 부산까지 기차로 갑니다.",
    "snake_case_names, kebab-case-names, foo.bar.baz and path/to/file",
    "Broker broker BROKER broker. Nothing else but broker.",
    "",
    "!!! ... ???",
    "队",
    "Задача ставится в очередь. ОЧЕРЕДЬ длинная.",
    "emoji 👩‍👩‍👧 here and 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 there, 𠮷野家 and 〇一二",
    "The the the of and a to in is it",
    "a " * 40 + "queue",
]
QUERIES = [
    "queue",
    "task queue",
    "message message queue",
    "任务队列",
    "队",
    "消息",
    "python",
    "utf-8",
    "broker",
    "Full-Width ﬁne",
    "strasse",
    "οδυσσευς",
    "3.14",
    "isn't",
    "カタカナ",
    "기차로",
    "очередь",
    "the of and",
    "吉野家 𠮷野",
    "nothing that exists: zzz",
    "",
]


def fold(text: str) -> str:
    """NFKC, then lower case character by character, final sigma and sharp s as case folding has them."""
    folded = []
    for character in unicodedata.normalize("NFKC", text):
        folded.append({"ς": "σ", "ß": "ss", "’": "'"}.get(character, character.lower()))
    return "".join(folded)


def is_word(character: str) -> bool:
    """Letters, numbers and marks, the two joiners included."""
    return unicodedata.category(character)[0] in "LNM" or character in "\u200c\u200d"


def words(text: str) -> list[str]:
    """Cut text into words; Chinese, Kana and Hangul into characters and pairs."""
    found: list[str] = []
    for run in re.finditer(rf"[{CJK}]+|[^{CJK}]+", fold(text)):
        part = run.group()
        if re.match(rf"[{CJK}]", part):
            for index, character in enumerate(part):
                found.append(character)
                found += [part[index : index + 2]] if index + 1 < len(part) else []
            continue
        masked = "".join(character if is_word(character) else " " for character in part)
        masked = list(masked)
        for index in range(1, len(part) - 1):
            before, after = unicodedata.category(part[index - 1])[0], unicodedata.category(part[index + 1])[0]
            letters, numbers = before == after == "L", before == after == "N"
            if (part[index] == "'" and letters) or (part[index] in ".," and numbers):
                masked[index] = part[index]
        found += "".join(masked).split()
    return found


def scores(query: str, documents: list[list[str]]) -> list[float]:
    """Score every document."""
    total = len(documents)
    average = sum(map(len, documents)) / total
    counts = [Counter(document) for document in documents]
    result = [0.0] * total
    for word in words(query):
        having = sum(1 for count in counts if word in count)
        if not having:
            continue
        idf = math.log(1 + (total - having + 0.5) / (having + 0.5))
        for index, count in enumerate(counts):
            if tf := count[word]:
                result[index] += idf * tf / (tf + K1 * (1 - B + B * len(documents[index]) / average))
    return result


def main() -> None:
    """Write the fixture."""
    cut = [words(document) for document in DOCUMENTS]
    fixture = {
        "documents": [{"text": text, "words": found} for text, found in zip(DOCUMENTS, cut, strict=True)],
        "queries": [{"text": query, "words": words(query), "scores": scores(query, cut)} for query in QUERIES],
    }
    text = json.dumps(fixture, ensure_ascii=False, indent=1) + "\n"
    Path(__file__).with_name("bm25.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
