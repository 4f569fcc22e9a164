"""Who may call each route, open each socket and send each frame. This table is the code: doors read it, nothing else decides.

A route that is missing here answers to nobody, and a test says so.
"""

from enum import IntEnum
from typing import Final


class Who(IntEnum):
    """From anyone to an owner. A member's right holds in the workspace that owns the thing, nowhere else."""

    EVERYONE = 0
    PHONE = 1  # the participant whose cookie or token it is, in that session
    SCREEN = 2  # whoever has the screen's key, or a member
    VIEWER = 3
    FACILITATOR = 4
    OWNER = 5


ROLES: Final = {"viewer": Who.VIEWER, "facilitator": Who.FACILITATOR, "owner": Who.OWNER}

_API: Final = "/api/v1"

ROUTES: Final[dict[str, Who]] = {
    # pages for members
    "GET /": Who.EVERYONE,
    "GET /signin": Who.EVERYONE,
    "POST /signin": Who.EVERYONE,
    "POST /signout": Who.EVERYONE,
    "GET /setup/{token}": Who.EVERYONE,
    "POST /setup/{token}": Who.EVERYONE,
    "GET /settings": Who.VIEWER,
    "POST /settings/{action}": Who.VIEWER,
    "GET /people": Who.OWNER,
    "POST /people/{action}": Who.OWNER,
    "GET /invitation/{token}": Who.EVERYONE,
    "POST /invitation/{token}": Who.EVERYONE,
    "GET /accounts": Who.VIEWER,
    "GET /portfolio.{kind}": Who.VIEWER,
    "GET /accounts/{account_id}": Who.VIEWER,
    "GET /accounts/{account_id}/next": Who.FACILITATOR,
    "GET /accounts/{account_id}/say-do": Who.VIEWER,
    "POST /accounts/{account_id}/say-do": Who.FACILITATOR,
    "GET /accounts/{account_id}/decision": Who.VIEWER,
    "POST /accounts/{account_id}/decision": Who.FACILITATOR,
    "GET /accounts/{account_id}/import": Who.FACILITATOR,
    "POST /accounts/{account_id}/import": Who.FACILITATOR,
    "GET /accounts/{account_id}/import/{upload_id}": Who.FACILITATOR,
    "POST /accounts/{account_id}/import/{upload_id}": Who.FACILITATOR,
    "GET /accounts/{account_id}/delete": Who.OWNER,
    "POST /accounts/{account_id}/delete": Who.OWNER,
    "GET /accounts/{account_id}/calendar": Who.VIEWER,
    "POST /accounts/{account_id}/calendar": Who.VIEWER,
    "POST /accounts/{account_id}/calendar/{feed_id}/end": Who.VIEWER,
    "POST /accounts/{account_id}/customer-calendar": Who.FACILITATOR,
    "POST /accounts/{account_id}/customer-calendar/{feed_id}/end": Who.FACILITATOR,
    "GET /calendar": Who.VIEWER,
    "POST /calendar": Who.VIEWER,
    "POST /calendar/{feed_id}/end": Who.VIEWER,
    "GET /templates": Who.VIEWER,
    "GET /templates/{key}": Who.VIEWER,
    "POST /sessions": Who.FACILITATOR,
    "GET /sessions/{session_id}": Who.FACILITATOR,
    "GET /sessions/{session_id}/people": Who.FACILITATOR,
    "GET /sessions/{session_id}/by-hand": Who.FACILITATOR,
    "POST /sessions/{session_id}/by-hand": Who.FACILITATOR,
    "GET /sessions/{session_id}/by-hand/{participant_id}": Who.FACILITATOR,
    "POST /sessions/{session_id}/by-hand/{participant_id}": Who.FACILITATOR,
    "POST /sessions/{session_id}/do/{action}": Who.FACILITATOR,
    "GET /sessions/{session_id}/themes": Who.FACILITATOR,
    "GET /sessions/{session_id}/themes/alike": Who.FACILITATOR,
    "POST /sessions/{session_id}/themes/sort": Who.FACILITATOR,
    "POST /sessions/{session_id}/themes/show": Who.FACILITATOR,
    "POST /sessions/{session_id}/themes/undo": Who.FACILITATOR,
    "POST /sessions/{session_id}/themes/{theme_id}/change": Who.FACILITATOR,
    "POST /sessions/{session_id}/themes/{theme_id}/remove": Who.FACILITATOR,
    "GET /sessions/{session_id}/plan": Who.VIEWER,
    "POST /sessions/{session_id}/plan": Who.FACILITATOR,
    "GET /sessions/{session_id}/plan/{commitment_id}": Who.FACILITATOR,
    "POST /sessions/{session_id}/plan/{commitment_id}": Who.FACILITATOR,
    "POST /sessions/{session_id}/plan/{commitment_id}/{step}": Who.FACILITATOR,
    "GET /sessions/{session_id}/links": Who.FACILITATOR,
    "POST /sessions/{session_id}/links": Who.FACILITATOR,
    "POST /sessions/{session_id}/links/{link_id}/end": Who.FACILITATOR,
    "GET /sessions/{session_id}/discussions": Who.FACILITATOR,
    "POST /sessions/{session_id}/discussions/{number}": Who.FACILITATOR,
    "GET /sessions/{session_id}/delete": Who.FACILITATOR,
    "POST /sessions/{session_id}/delete": Who.FACILITATOR,
    "GET /sessions/{session_id}/report": Who.VIEWER,
    "GET /sessions/{session_id}/export.{kind}": Who.VIEWER,
    "GET /sessions/{session_id}/files/{file_id}": Who.VIEWER,
    "GET /sessions/{session_id}/files/{file_id}/download": Who.VIEWER,
    "GET /sessions/{session_id}/pictures/{dimension}/{chart}.{kind}": Who.VIEWER,
    # joining and the phone
    "GET /join": Who.EVERYONE,
    "POST /join": Who.EVERYONE,
    "GET /j/{code}": Who.EVERYONE,
    "POST /j/{code}": Who.EVERYONE,
    "GET /p/{session_id}": Who.PHONE,
    "GET /p/{session_id}/view": Who.PHONE,
    "POST /p/{session_id}/answer": Who.PHONE,
    "POST /p/{session_id}/idea": Who.PHONE,
    "POST /p/{session_id}/support": Who.PHONE,
    "POST /p/{session_id}/ready": Who.PHONE,
    "POST /p/{session_id}/open-side": Who.PHONE,
    "GET /p/{session_id}/withdraw": Who.PHONE,
    "POST /p/{session_id}/withdraw": Who.PHONE,
    "GET /p/{session_id}/group": Who.PHONE,
    "POST /p/{session_id}/group": Who.PHONE,
    "POST /p/{session_id}/say": Who.PHONE,
    "GET /p/{session_id}/plan": Who.PHONE,
    "POST /p/{session_id}/plan": Who.PHONE,
    # what a share link shows
    "GET /share/{token}": Who.EVERYONE,
    "POST /share/{token}": Who.EVERYONE,
    "POST /share/{token}/rows/{commitment_id}": Who.EVERYONE,  # and then only where the link takes answers
    # what a calendar reads
    "GET /calendar/{token}.ics": Who.EVERYONE,
    # the big screen
    "GET /screen/{session_id}": Who.SCREEN,
    # health
    "GET /healthz": Who.EVERYONE,
    "GET /readyz": Who.EVERYONE,
    "GET /metrics": Who.EVERYONE,  # and then only this machine or a token: see app/web/health.py
    # HTTP API
    "GET /api/docs": Who.EVERYONE,
    "GET /api/openapi.json": Who.EVERYONE,
    f"GET {_API}/accounts": Who.VIEWER,
    f"POST {_API}/accounts": Who.FACILITATOR,
    f"GET {_API}/accounts/{{account_id}}": Who.VIEWER,
    f"DELETE {_API}/accounts/{{account_id}}": Who.OWNER,
    f"GET {_API}/accounts/{{account_id}}/history": Who.VIEWER,
    f"GET {_API}/accounts/{{account_id}}/behaviours": Who.VIEWER,
    f"PUT {_API}/accounts/{{account_id}}/behaviours": Who.FACILITATOR,
    f"GET {_API}/accounts/{{account_id}}/decisions": Who.VIEWER,
    f"POST {_API}/accounts/{{account_id}}/decisions": Who.FACILITATOR,
    f"GET {_API}/portfolio": Who.VIEWER,
    f"GET {_API}/portfolio/export.{{kind}}": Who.VIEWER,
    f"GET {_API}/sessions": Who.VIEWER,
    f"POST {_API}/sessions": Who.FACILITATOR,
    f"GET {_API}/sessions/{{session_id}}": Who.VIEWER,
    f"PATCH {_API}/sessions/{{session_id}}": Who.FACILITATOR,
    f"DELETE {_API}/sessions/{{session_id}}": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/start": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/close": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/reopen": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/questions/{{key}}/round": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/questions/{{key}}/{{command}}": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/reveal": Who.FACILITATOR,
    f"GET {_API}/sessions/{{session_id}}/results": Who.VIEWER,
    f"GET {_API}/sessions/{{session_id}}/export.{{kind}}": Who.VIEWER,
    f"GET {_API}/sessions/{{session_id}}/files/{{file_id}}": Who.VIEWER,
    f"GET {_API}/sessions/{{session_id}}/files/{{file_id}}/download": Who.VIEWER,
    f"GET {_API}/sessions/{{session_id}}/pictures": Who.VIEWER,
    f"GET {_API}/sessions/{{session_id}}/pictures/{{dimension}}/{{chart}}.{{kind}}": Who.VIEWER,
    f"GET {_API}/sessions/{{session_id}}/discussions": Who.VIEWER,
    f"PATCH {_API}/sessions/{{session_id}}/discussions/{{number}}": Who.FACILITATOR,
    f"GET {_API}/sessions/{{session_id}}/groups": Who.VIEWER,
    f"POST {_API}/sessions/{{session_id}}/groups": Who.FACILITATOR,
    f"PATCH {_API}/sessions/{{session_id}}/groups/{{group_id}}": Who.FACILITATOR,
    f"DELETE {_API}/sessions/{{session_id}}/groups/{{group_id}}": Who.FACILITATOR,
    f"GET {_API}/sessions/{{session_id}}/ideas": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/ideas": Who.FACILITATOR,
    f"PATCH {_API}/sessions/{{session_id}}/ideas/{{idea_id}}": Who.FACILITATOR,
    f"DELETE {_API}/sessions/{{session_id}}/ideas/{{idea_id}}": Who.FACILITATOR,
    f"GET {_API}/sessions/{{session_id}}/themes": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/themes": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/themes/move": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/themes/undo": Who.FACILITATOR,
    f"PATCH {_API}/sessions/{{session_id}}/themes/{{theme_id}}": Who.FACILITATOR,
    f"DELETE {_API}/sessions/{{session_id}}/themes/{{theme_id}}": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/themes/{{theme_id}}/merge": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/themes/{{theme_id}}/split": Who.FACILITATOR,
    f"GET {_API}/sessions/{{session_id}}/commitments": Who.VIEWER,
    f"POST {_API}/sessions/{{session_id}}/commitments": Who.FACILITATOR,
    f"PATCH {_API}/sessions/{{session_id}}/commitments/{{commitment_id}}": Who.FACILITATOR,
    f"DELETE {_API}/sessions/{{session_id}}/commitments/{{commitment_id}}": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/commitments/{{commitment_id}}/check-ins": Who.FACILITATOR,
    f"GET {_API}/sessions/{{session_id}}/share-links": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/share-links": Who.FACILITATOR,
    f"DELETE {_API}/sessions/{{session_id}}/share-links/{{link_id}}": Who.FACILITATOR,
    f"GET {_API}/sessions/{{session_id}}/participants": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/participants": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/participants/{{participant_id}}/admit": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/participants/{{participant_id}}/answers": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/participants/{{participant_id}}/ideas": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/participants/{{participant_id}}/open-side": Who.FACILITATOR,
    f"DELETE {_API}/sessions/{{session_id}}/participants/{{participant_id}}": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/timer": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/stage": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/open-side": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/support": Who.FACILITATOR,
    f"POST {_API}/sessions/{{session_id}}/join-group": Who.FACILITATOR,
    f"GET {_API}/templates": Who.VIEWER,
    f"GET {_API}/templates/{{key}}": Who.VIEWER,
    f"GET {_API}/join/{{code}}": Who.EVERYONE,
    f"POST {_API}/join": Who.EVERYONE,
}

SOCKETS: Final[dict[str, Who]] = {
    "phone": Who.PHONE,
    "screen": Who.SCREEN,
    "console": Who.FACILITATOR,
    "board": Who.FACILITATOR,
    "plan": Who.FACILITATOR,
    "discussions": Who.FACILITATOR,
}
"""Who may open `/live/{session_id}/…`."""

FRAMES: Final[dict[str, str]] = {
    "answer": "phone",
    "idea": "phone",
    "support": "phone",
    "ready": "phone",
    "open_side": "phone",
    "withdraw": "phone",
}
"""Which face may send each type of frame. All others only listen."""
