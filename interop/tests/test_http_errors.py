"""Requests that are refused, in the form that clients of FastAPI parse."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.service import Service

Case = dict[str, Any]

_DATA = Path(__file__).with_name("data") / "fastapi.json"
CASES: list[Case] = json.loads(_DATA.read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_answer_is_that_of_fastapi(api: Service, case: Case) -> None:
    """Status and body are those of the Python service, captured."""
    request, expected = case["request"], case["response"]
    response = api.request(request["method"], request["path"], request["body"], request["content_type"])
    assert (response.status, response.body) == (expected["status"], expected["body"])
    assert response.content_type == "application/json"
    if "allow" in expected:
        assert expected["allow"] in [m.strip() for m in response.headers["allow"].split(",")]


def test_unknown_fields_are_ignored(api: Service, bilingual_pdf: Path) -> None:
    """A field that the service does not know is no error."""
    value = {"pdf_path": str(bilingual_pdf), "pdf_id": "extra", "unknown": [1, 2]}
    assert api.post("/tasks/pdf/process", value).status == 200


def test_json_with_a_charset(api: Service, bilingual_pdf: Path) -> None:
    """A parameter of the content type changes nothing."""
    body = json.dumps({"pdf_path": str(bilingual_pdf), "pdf_id": "字符集"}, ensure_ascii=False)
    kind = "application/json; charset=utf-8"
    assert api.request("POST", "/tasks/pdf/process", body, kind).status == 200
