"""The HTTP API while Redis is away."""

from support.fleet import Fleet
from support.pdfs import write_bilingual_pdf
from support.service import Service
from support.waiting import eventually


def becomes_ready(api: Service) -> None:
    """Waits until the service says that it can work."""
    eventually(lambda: api.get("/readyz").status == 200, "the service is ready")


def test_unavailable_and_back(fleet: Fleet) -> None:
    """503 with a reason while Redis is away; the same service works again afterwards."""
    api = fleet.service()
    becomes_ready(api)
    path = write_bilingual_pdf(fleet.directory / "a.pdf")
    document = {"pdf_path": str(path), "pdf_id": "outage"}
    sent = api.post("/tasks/pdf/process", document)
    assert sent.status == 200

    fleet.redis.stop()
    for response in (
        api.post("/tasks/pdf/process", document),
        api.get(f"/tasks/{sent.body['task_id']}"),
    ):
        assert response.status == 503, response
        assert list(response.body) == ["detail"]
        assert isinstance(response.body["detail"], str)
        assert len(response.body["detail"].split()) > 2, "it says what is wrong"
    assert api.get("/livez").status == 200
    assert api.get("/readyz").status == 503
    api.wait_for_line("Redis cannot be reached")

    fleet.redis.start()
    becomes_ready(api)
    api.wait_for_line("Redis answers again")
    assert api.get(f"/tasks/{sent.body['task_id']}").body["state"] == "PENDING"
    assert api.post("/tasks/pdf/process", document).status == 200
    # The message from before the restart, and the new one.
    assert fleet.redis.waiting("celery") == 2


def test_service_starts_before_redis(fleet: Fleet) -> None:
    """The service is alive without Redis, and ready as soon as it is there."""
    fleet.redis.stop()
    api = fleet.service()
    assert api.get("/livez").status == 200
    assert api.get("/readyz").status == 503
    fleet.redis.start()
    becomes_ready(api)


def test_invalid_request_needs_no_redis(fleet: Fleet) -> None:
    """What is wrong with a request is said first."""
    fleet.redis.stop()
    assert fleet.service().post("/tasks/pdf/process", {}).status == 422


def test_service_stops_cleanly(fleet: Fleet) -> None:
    """TERM ends the service with exit code 0."""
    api = fleet.service()
    becomes_ready(api)
    assert api.stop() == 0
