"""The report as JSON: the session, its results and discussions, the same objects as the HTTP API's. Its schema: docs/report.schema.json."""

import json
from typing import Any

from app.reports.material import Material


def json_file(material: Material) -> bytes:
    """UTF-8 JSON: session, results and discussions, in the private cut also ``team``; without the session's code and addresses."""
    content: dict[str, Any] = {
        "session": material.session,
        "results": material.results,
        "discussions": material.discussions,
    }
    if material.team is not None:
        content["team"] = material.team
    return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"
