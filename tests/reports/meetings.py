"""Sessions of every odd kind, held by the actions that people use, and read as files read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from app.actions import readiness, support
from app.actions.accounts import create_account
from app.actions.commitments import add_commitment, set_state
from app.actions.ideas import add_idea, moderate
from app.actions.participants import join
from app.actions.people import NewUser, add_user
from app.actions.questions import command, new_round
from app.actions.reveal import reveal
from app.actions.sessions import GroupSpec, create_session
from app.actions.themes import change, make
from app.actions.voting import Ballot, cast_ballots
from app.core.components import COMPONENTS
from app.core.scales import Dimension, Step, Template, template_to_json
from app.reports.material import Material, read
from app.settings import Settings
from app.store import queries
from app.store.ballots import box_on
from app.store.engines import engine_for
from app.store.ids import new_id
from app.store.migrate import migrate
from app.store.tables import Theme, Workspace

Choice = int | Sequence[int] | None
Answers = Sequence[tuple[Choice, Choice]]
BOTH = ("current", "desired")
DUE = "2099-12-31"
"""By when the first promise is kept."""


def ladder(steps: int, *, key: str = "relationship", label: str = "Our relationship") -> Dimension:
    """An ordered scale with long and short names of its steps."""
    names = [f"Step called number {number}" for number in range(1, steps + 1)]
    return Dimension(key, label, "ordered", tuple(Step(i, name, short=f"No {i}") for i, name in enumerate(names, 1)))


def several(steps: int) -> Dimension:
    """A scale on which several answers may apply."""
    return Dimension(
        "reasons", "Reasons to stay", "set", tuple(Step(i, f"Reason number {i}") for i in range(1, steps + 1))
    )


@dataclass(frozen=True)
class Held:
    """A session to hold: people by group, as (today, wanted); in anonymous ones one key for each side."""

    customer: Mapping[str, Answers]
    supplier: Mapping[str, Answers]
    account: str = "Northfield Foods"
    title: str = "Review"
    attribution: str = "group"
    dimensions: tuple[Dimension, ...] = ()
    questions: tuple[str, ...] = BOTH
    revealed: bool = True
    ideas: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    judged: tuple[str, ...] = ()
    smallest: int = 3
    names: tuple[str, ...] = ()
    guesses: tuple[int, ...] = ()
    again: tuple[Choice, ...] = ()
    """Guesses of the other side, and today in a second round, person by person."""
    promises: tuple[str, ...] = ()
    one_by_one: bool = False
    """Each question is revealed before the next is asked."""
    left: str = ""
    """A question that all but the first are still answering."""
    many_themes: int = 0


@dataclass
class House:
    """A database of its own with one workspace."""

    folder: Path
    database_url: str
    company: str = "Halden Packaging"
    accounts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.settings = Settings(data_dir=self.folder, database_url=self.database_url)
        migrate(self.settings)
        self.engine = engine_for(self.settings, writing=True)
        user = NewUser(email="inga@halden.example", name="Inga", password_hash="x")
        with Session(self.engine) as db:
            owner = add_user(db, user=user, role="owner", workspace=self.company)
            self.user_id, self.workspace_id = owner.id, db.exec(select(Workspace)).one().id
            db.commit()

    def hold(self, held: Held) -> str:
        """The session's id, once it was held."""
        with Session(self.engine) as db:
            id_ = self._hold(db, held)
            db.commit()
        return id_

    def material(self, held: Held | str, cut: str = "customer", language: str = "en") -> Material:
        """What a file of the session is made from."""
        id_ = held if isinstance(held, str) else self.hold(held)
        with Session(self.engine) as db:
            db.info["snapshot"] = {}  # as `Database.read` does
            return read(db, session_id=id_, cut=cut, language=language)

    def _hold(self, db: Session, held: Held) -> str:
        key = held.account.strip().casefold()
        if key not in self.accounts:
            self.accounts[key] = create_account(db, workspace_id=self.workspace_id, name=held.account).id
        session = create_session(
            db,
            workspace_id=self.workspace_id,
            user_id=self.user_id,
            account_id=self.accounts[key],
            title=held.title,
            groups=None if held.attribution == "anonymous" else _groups(held),
            attribution=held.attribution,
            smallest_group=held.smallest,
            mirror=bool(held.guesses),
        )
        if held.dimensions:
            session.definition = template_to_json(Template("own", "Own", "", held.dimensions))
            db.add(session)
            db.flush()
        people = self._join(db, session, held)
        for number, key in enumerate(held.questions):
            self._ask(db, session, key, [(person, answer[number]) for person, answer in people])
            if held.one_by_one:
                reveal(db, session_id=session.id, keys=[key])
        if held.guesses:
            self._ask(db, session, "mirror", [(person, held.guesses[n]) for n, (person, _) in enumerate(people)])
        if held.revealed and not held.one_by_one:
            reveal(db, session_id=session.id, keys=[*held.questions, *(["mirror"] if held.guesses else [])])
        if held.again:
            new_round(db, session_id=session.id, key="current")
            self._ask(db, session, "current", [(person, held.again[n]) for n, (person, _) in enumerate(people)])
            reveal(db, session_id=session.id, keys=["current"])
        self._change(db, session, held, people)
        for number, text in enumerate(held.promises):
            said = {
                "text": text,
                "owner": text[:80],
                "counterpart": text,
                "due": "" if number else DUE,
                "side": ("customer", "supplier", "both")[number % 3],
            }
            made = add_commitment(db, session_id=session.id, by="Inga", said=said)
            set_state(db, session_id=session.id, commitment_id=made.id, by="Inga", state="agreed")
        return session.id

    def _change(self, db: Session, session: Any, held: Held, people: list[tuple[str, tuple[Choice, Choice]]]) -> None:
        """What comes after the two questions, as far as it was held."""
        if held.ideas and people:
            self._write(db, session.id, held.ideas, [person for person, _ in people])
            self._sort(db, session.id, held.themes)
        if held.many_themes:
            self._many(db, session.id, held.many_themes)
        if held.judged:
            self._judge(db, session.id, held.judged, [person for person, _ in people])
        if held.left:
            said = [(person, answer[BOTH.index(held.left)]) for person, answer in people[1:]]
            self._open(db, session, held.left, said)

    def _open(self, db: Session, session: Any, key: str, said: list[tuple[str, Choice]]) -> None:
        command(db, session_id=session.id, key=key, name="open")
        db.flush()
        cast_ballots(box_on(db.connection()), list(_ballots(session, said, key)))

    def _ask(self, db: Session, session: Any, key: str, said: list[tuple[str, Choice]]) -> None:
        self._open(db, session, key, said)
        command(db, session_id=session.id, key=key, name="close")

    def _join(self, db: Session, session: Any, held: Held) -> list[tuple[str, tuple[Choice, Choice]]]:
        ids = {(group.side, group.name): group.id for group in queries.groups(db, session.id)}
        names = iter(held.names or [f"Person {number}" for number in range(500)])
        people = []
        for side, groups in (("customer", held.customer), ("supplier", held.supplier)):
            for group, answers in groups.items():
                for answer in answers:
                    place = join(
                        db,
                        code=session.join_token,
                        group_id=ids.get((side, group.strip())),
                        side=side,
                        name=next(names) if held.attribution == "named" else None,
                    )
                    people.append((place.participant_id, answer))
        return people

    def _write(self, db: Session, session_id: str, ideas: Sequence[str], writers: list[str]) -> None:
        command(db, session_id=session_id, key="change", name="open")
        for number, text in enumerate(ideas):
            who = ("us", "them", "both")[number % 3]
            add_idea(db, participant_id=writers[number // 5], message_id=f"i{number}", text=text, who=who)
        command(db, session_id=session_id, key="change", name="close")
        for idea in queries.ideas(db, session_id):
            moderate(db, session_id=session_id, idea_id=idea.id, status="shown")

    def _sort(self, db: Session, session_id: str, themes: Sequence[str]) -> None:
        """Shown themes of these names; each has every so-manyth idea, and some ideas are in none."""
        ideas = [idea.id for idea in queries.ideas(db, session_id)]
        step = {"session_id": session_id, "by": self.user_id}
        for number, name in enumerate(themes):
            part = tuple(COMPONENTS)[number % len(COMPONENTS)]
            made = make(db, name=name, component=part, idea_ids=ideas[number :: len(themes) + 1], **step)
            change(db, theme_id=str(made.theme_id), shown=True, **step)

    def _many(self, db: Session, session_id: str, count: int) -> None:
        """So many shown themes of the longest name, half of them with a part of the Gyroscope; the first has an idea."""
        parts = [*COMPONENTS, "", "", "", "", ""]
        made = [
            Theme(
                id=new_id(),
                session_id=session_id,
                name=f"Theme {number} " + "of many words " * 6,
                who=("supplier", "customer", "both")[number % 3],
                component=parts[number % len(parts)],
                shown=True,
                position=number,
            )
            for number in range(1, count + 1)
        ]
        db.add_all(made)
        db.flush()
        first = queries.ideas(db, session_id)[0]
        first.theme_id = made[0].id
        db.add(first)
        db.flush()

    def _judge(self, db: Session, session_id: str, themes: Sequence[str], people: list[str]) -> None:
        """Everybody supports the first theme and one of the loose ideas, and is ready for the first but not yet for others."""
        first, *loose = queries.ideas(db, session_id)
        made = [
            Theme(id=new_id(), session_id=session_id, name=name, shown=True, position=number)
            for number, name in enumerate(themes)
        ]
        db.add_all(made)
        db.flush()
        first.theme_id = made[0].id
        db.add(first)
        db.flush()
        for number, person in enumerate(people):
            for item in (made[0].id, loose[number % len(loose)].id):
                support.cast(db, participant_id=person, message_id="", item_id=item, on=True)
        reveal(db, session_id=session_id, keys=["change"])
        command(db, session_id=session_id, key="readiness", name="open")
        for person in people:
            for theme in made:
                value = "yes" if theme is made[0] else "not_yet"
                readiness.say(db, participant_id=person, message_id="", theme_id=theme.id, value=value)
        command(db, session_id=session_id, key="readiness", name="close")
        reveal(db, session_id=session_id, keys=["readiness"])


def _groups(held: Held) -> list[GroupSpec] | None:
    sides = (("customer", held.customer), ("supplier", held.supplier))
    return [GroupSpec(name, side) for side, groups in sides for name in groups]


def _ballots(session: Any, said: list[tuple[str, Choice]], key: str) -> Any:
    for person, choice in said:
        for dimension in session.definition["dimensions"]:
            chosen = [choice] if dimension["kind"] == "set" and isinstance(choice, int) else choice
            yield Ballot(session.id, person, "", key, dimension["key"], chosen)
