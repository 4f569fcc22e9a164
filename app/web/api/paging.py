"""Lists in pages: ``{"items": […], "next": cursor or null}``."""

from typing import Any

from app.errors import BadInput

LIMIT_AT_MOST = 200


def paged(items: list[dict[str, Any]], cursor: str | None, limit: int) -> dict[str, Any]:
    """The page after ``cursor``, the id of the last item of the page before.

    limit: 1 to 200. Raises BadInput for another limit or a cursor that is not in the list.
    """
    if not 1 <= limit <= LIMIT_AT_MOST:
        raise BadInput("A page has 1 to 200 items.", fields={"limit": "1 to 200"})
    start = 0
    if cursor is not None:
        ids = [item["id"] for item in items]
        if cursor not in ids:
            raise BadInput(
                "This page does not exist any more. Start again without a cursor.", fields={"cursor": "unknown"}
            )
        start = ids.index(cursor) + 1
    page = items[start : start + limit]
    more = start + limit < len(items)
    return {"items": page, "next": page[-1]["id"] if more and page else None}
