"""The form for an account's next session, filled in from its last."""

from dataclasses import dataclass

from sqlmodel import Session

from app.core.scales import SIDES
from app.core.series import stair_words
from app.store import history, lists, queries
from app.store.callers import Member
from app.store.tables import LiveSession
from app.views.home import NAMES_AT_MOST, SessionForm, TemplateLine, shipped_templates
from app.views.moments import day

AS_LAST = "as-last"
"""The choice of template that means: the last session's own stair, in its own words."""


@dataclass(frozen=True, slots=True)
class NextView:
    """The page. ``from_words`` says where the form was filled in from, "" before the first session."""

    account_id: str
    account: str
    from_words: str
    names: tuple[str, ...]
    templates: tuple[TemplateLine, ...]
    form: SessionForm


def next_view(db: Session, *, member: Member, account_id: str, form: SessionForm | None = None) -> NextView:
    """The form, as it was typed where something is wrong with it. Raises NotFound for what does not exist."""
    account = queries.account_in_workspace(db, account_id, member.workspace_id)
    last = history.newest_to_follow(db, account.id)
    from_words = f"{last.title}, {day(history.held_at(last), member.time_zone)}" if last is not None else ""
    own = (_own_stair(last),) if last is not None and not _ships(db, last) else ()
    filled = _filled(db, account.name, last) if form is None else form
    return NextView(
        account.id,
        account.name,
        from_words,
        tuple(lists.account_names(db, member.workspace_id, limit=NAMES_AT_MOST)),
        (*own, *shipped_templates()),
        filled,
    )


def _ships(db: Session, last: LiveSession) -> bool:
    return history.settings_of(db, session_id=last.id, workspace_id=last.workspace_id).shipped


def _own_stair(last: LiveSession) -> TemplateLine:
    template = queries.session_template(last)
    first = template.dimensions[0]
    summary = f"In the same words: {stair_words(first)}."
    return TemplateLine(AS_LAST, f"{template.name}, as last time", summary, len(first.steps))


def _filled(db: Session, account: str, last: LiveSession | None) -> SessionForm:
    if last is None:
        return SessionForm(account=account)
    before = history.settings_of(db, session_id=last.id, workspace_id=last.workspace_id)
    own = {side: "\n".join(name for its, name in before.groups if its == side) for side in SIDES}
    usual = SessionForm()
    return SessionForm(
        account=account,
        customer_groups=own["customer"] or usual.customer_groups,
        supplier_groups=own["supplier"] or usual.supplier_groups,
        attribution=before.attribution,
        smallest_group=str(before.smallest_group),
        expected=str(before.expected or ""),
        template=before.template if before.shipped else AS_LAST,
        mirror="1" if before.mirror else "",
        like=last.id,
    )
