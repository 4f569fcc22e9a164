"""The report as JSON: the session and its results, the same objects as the HTTP API's. Its schema: docs/report.schema.json."""

import json

from app.reports.material import Material


def json_file(material: Material) -> bytes:
    """UTF-8 JSON: ``{"session": Session, "results": Results}``, without the session's code and addresses."""
    content = {"session": material.session, "results": material.results}
    return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"
