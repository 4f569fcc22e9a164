"""What HTTP tests check of every refusal."""

import httpx

WORDS = {401: "not_signed_in", 403: "forbidden", 404: "not_found", 409: "conflict", 422: "invalid", 429: "rate"}


def problem(answer: httpx.Response, status: int, *fields: str) -> dict[str, object]:
    """The problem details of a refusal with this status; ``fields`` are those it names."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"].startswith("application/problem+json")
    body: dict[str, object] = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert str(body["type"]).startswith("urn:stairstep:")
    errors = body.get("errors", [])
    assert isinstance(errors, list)
    named = {one["field"] for one in errors}
    assert set(fields) <= named, f"{named} instead of {fields}"
    assert all(one["message"] for one in errors)
    return body
