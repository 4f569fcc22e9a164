"""Lists in pages: ``{"items": […], "next": cursor or null}``."""

from typing import Any

from app.errors import BadInput

LIMIT_AT_MOST = 200
GONE = "This page does not exist any more. Start again without a cursor."


def check_limit(limit: int) -> None:
    """Raise BadInput for a page of less than 1 or more than 200 items."""
    if not 1 <= limit <= LIMIT_AT_MOST:
        raise BadInput("A page has 1 to 200 items.", fields={"limit": "1 to 200"})


def one_page(items: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    """The page of a list of which one item more than its limit was looked up."""
    page = items[:limit]
    return {"items": page, "next": page[-1]["id"] if len(items) > limit else None}


def paged(items: list[dict[str, Any]], cursor: str | None, limit: int) -> dict[str, Any]:
    """The page after ``cursor``, the id of the last item of the page before.

    limit: 1 to 200. Raises BadInput for another limit or a cursor that is not in the list.
    """
    check_limit(limit)
    start = 0
    if cursor is not None:
        ids = [item["id"] for item in items]
        if cursor not in ids:
            raise BadInput(GONE, fields={"cursor": "unknown"})
        start = ids.index(cursor) + 1
    return one_page(items[start : start + limit + 1], limit)
