"""Many accounts with many sessions, written straight into a database: what was published is what the gate lets through."""

from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, select

from app.core.published import published_to_json
from app.core.release import publish
from app.core.scales import Dimension, Step, Template, template_to_json
from app.core.session_templates import SUPPLIER_TO_PARTNER
from app.core.voices import Voice
from app.store.ids import new_id
from app.store.plan_tables import Commitment
from app.store.tables import Account, LiveSession, Release, SessionQuestion, Tally, Theme, Workspace
from app.store.team_tables import Decision

LADDER = SUPPLIER_TO_PARTNER.dimensions[0].key
BOTH = frozenset({"current", "desired"})
DAY_MS = 86_400_000
HELD = 1_700_000_000_000
TALL = Template(
    "ten", "Ten steps", "", (Dimension("d", "Trust", "ordered", tuple(Step(i, f"S{i}") for i in range(1, 11))),)
)


def release_of(
    customer: str, supplier: str, *, template: Template = SUPPLIER_TO_PARTNER, k: int = 3, open_side: str = ""
) -> dict[str, Any]:
    """What was published of people written as "24 35": today and wanted."""
    key = template.dimensions[0].key
    voices = [
        Voice(None, side, {(key, "current"): int(one[0]), (key, "desired"): int(one[1])})
        for side, people in (("customer", customer), ("supplier", supplier))
        for one in people.split()
    ]
    opened = frozenset({open_side} if open_side else set())
    return published_to_json(publish(voices, template=template, groups=(), k=k, reveal=BOTH, open_sides=opened))


def account(db: Session, name: str) -> str:
    """An account of the only workspace; its id."""
    workspace = db.exec(select(Workspace.id)).one()
    made = Account(id=new_id(), workspace_id=workspace, name=name, created_at=HELD)
    db.add(made)
    db.flush()
    return made.id


def session_row(account_id: str, workspace_id: str, *, at: int, status: str = "closed", **more: Any) -> dict[str, Any]:
    """A session's row, started ``at`` days after a day in 2023."""
    id_, then = new_id(), HELD + at * DAY_MS
    row: dict[str, Any] = {
        "id": id_, "workspace_id": workspace_id, "account_id": account_id, "title": f"Review {at}", "customer": "Northfield Foods",
        "supplier": "Halden Works", "facilitator": "Ada", "template_key": SUPPLIER_TO_PARTNER.key,
        "definition": template_to_json(SUPPLIER_TO_PARTNER),
        "attribution": "anonymous", "promise": [], "smallest_group": 3, "mirror": False, "status": status,
        "code": id_[:8], "join_token": id_,
        "screen_key": id_, "version": 1, "phone_version": 1, "locked": False, "admit": False, "asks_open": [], "joined_groups": [],
        "stage": {}, "notice": "", "created_at": then, "started_at": then if status != "lobby" else None, "sealed": True,
    }  # fmt: skip
    return row | more


def hold(db: Session, account_id: str, content: dict[str, Any] | None, *, at: int = 0, **more: Any) -> str:
    """A session of which this was published, or nothing; its id."""
    workspace = db.exec(select(Workspace.id)).one()
    row = session_row(account_id, workspace, at=at, **more)
    db.execute(insert(LiveSession), [row])
    questions = ("current", "desired", "change", "readiness")
    status = "revealed" if content is not None else "waiting"
    db.execute(insert(SessionQuestion), [_question(row["id"], key, status) for key in questions])
    if content is not None:
        db.execute(insert(Release), [{"session_id": row["id"], "round": 1, "content": content, "kept": False}])
    return str(row["id"])


def _question(session_id: str, key: str, status: str) -> dict[str, Any]:
    return {
        "session_id": session_id,
        "key": key,
        "round": 1,
        "status": status,
        "customer_answered": 0,
        "supplier_answered": 0,
    }


def ready(db: Session, session_id: str, cells: list[dict[str, Any]]) -> None:
    """Shown themes with these cells of readiness, which is revealed."""
    themes = {}
    for number, cell in enumerate(cells):
        theme = Theme(id=new_id(), session_id=session_id, name=f"Theme {number}", shown=True, position=number + 1)
        db.add(theme)
        themes[theme.id] = cell
    db.add(Tally(session_id=session_id, question="readiness", round=1, content={"themes": themes, "seen": []}))


def decide(db: Session, account_id: str, choice: str, step: int | None, *, review_on: str = "", at: int = 0) -> None:
    """A decision, ``at`` milliseconds later than another."""
    db.add(
        Decision(
            id=new_id(), account_id=account_id, template_key="x", choice=choice, step=step, reason="r", weighed=[], author="Ada",
            decided_on="2026-01-02", review_on=review_on, created_at=HELD + at,
        )
    )  # fmt: skip


def promise(
    db: Session, session_id: str, account_id: str, *, due: str, state: str = "agreed", accepted: bool = True
) -> None:
    """A commitment."""
    db.add(
        Commitment(
            id=new_id(), session_id=session_id, account_id=account_id, text="t", side="supplier", due=due, state=state,
            customer_accepted=accepted, supplier_accepted=accepted, created_at=HELD,
        )
    )  # fmt: skip


def many(db: Session, *, accounts: int, sessions: int, name: str = "Customer") -> None:
    """So many accounts with so many sessions each, all with a picture, the newest with readiness, a promise and a decision."""
    people = [f"{a}{b}" for a in range(1, 6) for b in range(1, 6)]
    contents = [
        release_of(" ".join(people[at : at + 6]), " ".join(people[at + 3 : at + 9])) for at in range(len(people) - 9)
    ]
    workspace = db.exec(select(Workspace.id)).one()
    ids = [new_id() for _ in range(accounts)]
    db.execute(
        insert(Account),
        [
            {"id": id_, "workspace_id": workspace, "name": f"{name} {number:03}", "created_at": HELD}
            for number, id_ in enumerate(ids)
        ],
    )
    rows = [session_row(id_, workspace, at=at) for id_ in ids for at in range(sessions)]
    db.execute(insert(LiveSession), rows)
    db.execute(
        insert(SessionQuestion),
        [_question(row["id"], key, "revealed") for row in rows for key in ("current", "desired", "readiness")],
    )
    db.execute(
        insert(Release),
        [
            {"session_id": row["id"], "round": 1, "content": contents[number % len(contents)], "kept": False}
            for number, row in enumerate(rows)
        ],
    )
    for row in rows[sessions - 1 :: sessions]:
        ready(db, row["id"], [{"customer": YES, "supplier": YES}])
        promise(db, row["id"], row["account_id"], due="2024-01-01")
        decide(db, row["account_id"], "stay", None)


YES = {"shown": True, "yes": 3, "not_yet": 0, "no": 0, "abstained": 0, "n": 3}
NO = {"shown": True, "yes": 0, "not_yet": 3, "no": 0, "abstained": 0, "n": 3}
HIDDEN = {"shown": False, "why": "too_few"}
