"""What the HTTP API takes and gives, as OpenAPI describes it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.core.language import Language
from app.core.scales import Cut

Side = Literal["customer", "supplier"]


class Body(BaseModel):
    """A request's JSON. Unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class NewAccount(Body):
    """A customer company."""

    name: str = Field(max_length=400, examples=["Northfield Foods"])


class NewGroup(Body):
    """A stakeholder group of one side."""

    name: str = Field(max_length=400)
    side: Side


class RenamedGroup(Body):
    """A group's new name."""

    name: str = Field(max_length=400)


class NewSession(Body):
    """A session to prepare; all but the account has a sensible default."""

    account_id: str
    title: str | None = Field(None, max_length=1000)
    template: str = "supplier-to-partner"
    groups: list[NewGroup] | None = None
    attribution: Literal["group", "named", "anonymous"] = "group"
    smallest_group: int = Field(
        3, ge=3, le=1000, description="Fewest people whose answers are shown together; never below 3."
    )
    mirror: bool = False
    expected: int | None = Field(None, ge=1, le=1_000_000, description="How many people are expected.")
    like: str | None = Field(
        None, max_length=40, description="The id of a session: what is left out here is as it was there, its stair too."
    )


class ChangedSession(Body):
    """What may change while a session goes on."""

    title: str | None = Field(None, max_length=1000)
    locked: bool | None = None
    admit: bool | None = None
    expected: int | None = Field(None, ge=1, le=1_000_000)
    smallest_group: int | None = Field(None, ge=3, le=1000, description="Upwards, before the first answer.")


class Reveal(Body):
    """Questions to reveal together."""

    questions: list[str] = Field(min_length=1, max_length=5, examples=[["current", "desired"]])


class Join(Body):
    """Somebody who joins. ``side`` instead of ``group_id`` in anonymous sessions; ``name`` only in named ones."""

    code: str = Field(max_length=64, description="The typed code, or the token in join_url.")
    group_id: str | None = Field(None, max_length=64)
    side: Side | None = None
    name: str | None = Field(None, max_length=1000)


class NewPerson(Body):
    """Somebody without a phone. ``side`` instead of ``group_id`` in anonymous sessions; ``name`` only in named ones."""

    group_id: str | None = Field(None, max_length=64)
    side: Side | None = None
    name: str | None = Field(None, max_length=1000)


class AnswerByHand(Body):
    """An answer of somebody without a phone. ``choice``: a step, a list of steps on a set scale, null for can't judge."""

    question: str = Field(max_length=40)
    dimension: str | None = Field(None, max_length=80)
    choice: int | list[int] | None


class IdeaByHand(Body):
    """An idea of somebody without a phone; ``who`` is seen from that person's side."""

    text: str = Field(max_length=4000)
    who: Literal["us", "them", "both"]


class AgreeByHand(Body):
    """Whether somebody without a phone agrees that their small side may be shown."""

    yes: bool


class NewIdea(Body):
    """An idea that the facilitator heard and typed."""

    text: str = Field(max_length=4000)
    who: Literal["customer", "supplier", "both"]
    side: Side
    status: Literal["waiting", "shown", "hidden"] | None = None


class ChangedIdea(Body):
    """Show, hide, reword or sort an idea. ``before``: the wording that was edited, to notice somebody else's edit.

    ``theme_id``: the theme it goes into; null puts it back to sort.
    """

    text: str | None = Field(None, max_length=4000)
    before: str | None = Field(None, max_length=4000)
    who: Literal["customer", "supplier", "both"] | None = None
    status: Literal["waiting", "shown", "hidden"] | None = None
    theme_id: str | None = Field(None, max_length=64)


Component = Literal["axis", "frame", "gimbal", "rotor", "handle"]
IdeaIds = list[Annotated[str, Field(max_length=64)]]


class NewTheme(Body):
    """A theme. ``component``: a part of the Customer Gyroscope, null for none; ``who`` null: proposed from its ideas."""

    name: str = Field(max_length=1000)
    component: Component | None = None
    who: Literal["customer", "supplier", "both"] | None = None
    idea_ids: IdeaIds = Field(default_factory=list, max_length=1000)


class ChangedTheme(Body):
    """What changes of a theme; here null is a value: no part, or proposed from its ideas.

    ``revision``: of the theme that was looked at, and ``before``, the name that was seen, to notice somebody else's name.
    """

    name: str = Field("", max_length=1000)
    component: Component | None = None
    who: Literal["customer", "supplier", "both"] | None = None
    shown: bool = False
    revision: int | None = Field(None, ge=1)
    before: str | None = Field(None, max_length=1000)


class MergedThemes(Body):
    """The themes that go into another."""

    theme_ids: list[Annotated[str, Field(max_length=64)]] = Field(min_length=1, max_length=100)


class SplitTheme(Body):
    """Ideas of a theme that go into a new one of this name."""

    name: str = Field(max_length=1000)
    idea_ids: IdeaIds = Field(min_length=1, max_length=1000)


class MovedIdeas(Body):
    """Ideas that go into a theme; ``theme_id`` null: back to sort."""

    idea_ids: IdeaIds = Field(min_length=1, max_length=1000)
    theme_id: str | None = Field(None, max_length=64)


class NewCommitment(Body):
    """What a side will do, or both. ``due`` is a date such as 2026-12-31, from today on."""

    text: str = Field(max_length=4000)
    side: Literal["customer", "supplier", "both"]
    owner: str = Field("", max_length=1000, description="Who will see to it: a name as it was said.")
    due: str | None = Field(None, max_length=40)
    counterpart: str = Field("", max_length=4000, description="What the other side gives in return.")
    theme_id: str | None = Field(None, max_length=64)


class Accepted(Body):
    """Which side says yes, or takes it back; a side that is left out stays as it is."""

    customer: bool | None = None
    supplier: bool | None = None


class ChangedCommitment(Body):
    """Change a row. ``revision``: of the row that was edited, to notice somebody else's edit."""

    text: str | None = Field(None, max_length=4000)
    side: Literal["customer", "supplier", "both"] | None = None
    owner: str | None = Field(None, max_length=1000)
    due: str | None = Field(None, max_length=40)
    counterpart: str | None = Field(None, max_length=4000)
    theme_id: str | None = Field(None, max_length=64)
    accepted: Accepted | None = None
    state: Literal["proposed", "agreed", "in_hand", "done", "dropped"] | None = None
    revision: int | None = Field(None, ge=1)


class NewCheckIn(Body):
    """How a commitment stands: a note, the next state, or both."""

    note: str = Field("", max_length=4000)
    state: Literal["proposed", "agreed", "in_hand", "done", "dropped"] | None = None


class NewShareLink(Body):
    """A link for people without an account. ``texts``: a report also shows the ideas that people wrote; ``language``: in which
    it opens.

    ``answers``: the customer's people may accept rows of the plan that wait for them, and say how rows stand.
    """

    kind: Literal["report", "plan"]
    cut: Cut = "customer"
    expires_days: int | None = Field(None, ge=1, le=90, description="14 where it is left out.")
    passphrase: str = Field("", max_length=200)
    texts: bool = False
    answers: bool = False
    language: Language = "en"


class Timer(Body):
    """Close the open question after ``seconds``; ``extend`` adds them to a timer that runs."""

    seconds: int = Field(ge=1, le=86_400)
    extend: bool = False


class Stage(Body):
    """What the big screen shows of a reveal. ``prompt``: the number of a question to ask aloud, null for none.

    ``scene``: what stands there in place of the question, such as "themes" or "plan"; null for none. ``last_time``: where
    sides and groups stood in the session before stands beside today.
    """

    layer: Literal["headline", "people", "groups"] | None = None
    compare: bool | None = None
    last_time: bool | None = None
    dark: bool | None = None
    prompt: int | None = Field(None, ge=0, le=3)
    scene: str | None = Field(None, max_length=40, pattern=r"^[a-z]+(-[a-z0-9]+)*$")


class AskOpenSide(Body):
    """Ask everyone of a small side whether it may be shown."""

    side: Side


class AskSupport(Body):
    """Show phones the list to support, or stop showing it."""

    asked: bool


class JoinGroup(Body):
    """Show a unanimous group together with others, or by itself."""

    group_id: str
    joined: bool = True


class ChangedDiscussion(Body):
    """What the account team keeps on a discussion. ``revision``: of the notes that were edited, to notice somebody else's edit.

    ``read``: discussion 6 or 7 was read by the facilitator, so that others may see it.
    """

    notes: str | None = Field(None, max_length=20_000)
    revision: int | None = Field(None, ge=0)
    done: bool | None = None
    read: bool | None = None


class MarkedBehaviour(Body):
    """A mark on one behaviour: what was seen, and when. ``text`` puts it in other words; a new text without a mark is unknown."""

    side: str = Field(max_length=20, examples=["customer"])
    step: int
    place: int = Field(examples=[1], description="Which behaviour of its side and step, from 1.")
    text: str | None = Field(None, max_length=2000)
    mark: str | None = Field(None, max_length=20, examples=["seen"], description="seen, not_seen or unknown")
    evidence: str | None = Field(None, max_length=10_000)
    date: str | None = Field(None, max_length=40, examples=["2026-11-02"])


class MarkedBehaviours(Body):
    """Marks to keep."""

    behaviours: list[MarkedBehaviour] = Field(max_length=200)


class WeighedStep(Body):
    """What a step would cost and bring on both sides."""

    step: int
    cost_us: str = Field("", max_length=2000)
    gain_us: str = Field("", max_length=2000)
    cost_them: str = Field("", max_length=2000)
    gain_them: str = Field("", max_length=2000)


class NewDecision(Body):
    """A decision with its reason. ``step`` is needed to invest or step down."""

    choice: str = Field(max_length=20, examples=["invest"], description="invest, stay, step_down or part")
    step: int | None = None
    reason: str = Field(max_length=20_000)
    review_on: str | None = Field(None, max_length=40, examples=["2027-06-01"])
    weighed: list[WeighedStep] = Field(default_factory=list, max_length=10)
    session_id: str | None = Field(None, max_length=64)


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": words}
    for status, words in {
        401: "No token, or one that does not hold.",
        403: "The token's user may not do this.",
        404: "No such thing, or not yours.",
        409: "Not possible in the state things are in.",
        422: "The body can't be used; `errors` names the fields.",
    }.items()
}
