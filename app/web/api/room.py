"""HTTP API: what is in a session: groups, ideas, participants."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from app.actions import by_hand, groups, ideas, participants, themes
from app.store import queries
from app.store.present import Present, present
from app.store.tables import Idea, Participant, SessionGroup
from app.views.session import idea_json
from app.web.api.bodies import (
    PROBLEMS,
    AgreeByHand,
    AnswerByHand,
    ChangedIdea,
    IdeaByHand,
    NewGroup,
    NewIdea,
    NewPerson,
    RenamedGroup,
)
from app.web.api.paging import paged
from app.web.by_hand import enter_answers
from app.web.doors import Entered
from app.web.parts import parts

router = APIRouter(prefix="/api/v1/sessions/{session_id}", responses=PROBLEMS)
Json = dict[str, Any]


def group_json(group: SessionGroup) -> Json:
    """A group."""
    return {"id": group.id, "name": group.name, "side": group.side}


def participant_json(person: Participant | Present) -> Json:
    """A participant; a name only in *named* sessions."""
    return {
        "id": person.id,
        "side": person.side,
        "group_id": person.group_id,
        "name": person.name,
        "state": person.state,
        "by_hand": person.by_hand,
    }


@router.get("/groups", tags=["groups"])
async def list_groups(
    request: Request, session_id: str, _caller: Entered, cursor: str | None = None, limit: int = 50
) -> Json:
    """The session's groups."""
    found = await parts(request).database.read(queries.groups, session_id=session_id)
    return paged([group_json(group) for group in found], cursor, limit)


@router.post("/groups", status_code=201, tags=["groups"])
async def new_group(request: Request, session_id: str, _caller: Entered, body: NewGroup) -> Json:
    """Add a group, before the first question."""
    return group_json(
        await parts(request).database.write(groups.add_group, session_id=session_id, name=body.name, side=body.side)
    )


@router.patch("/groups/{group_id}", tags=["groups"])
async def rename_group(request: Request, session_id: str, group_id: str, _caller: Entered, body: RenamedGroup) -> Json:
    """Rename a group."""
    write = parts(request).database.write
    return group_json(await write(groups.rename_group, session_id=session_id, group_id=group_id, name=body.name))


@router.delete("/groups/{group_id}", status_code=204, tags=["groups"])
async def delete_group(request: Request, session_id: str, group_id: str, _caller: Entered) -> Response:
    """Delete a group that nobody is in."""
    await parts(request).database.write(groups.delete_group, session_id=session_id, group_id=group_id)
    return Response(status_code=204)


@router.get("/ideas", tags=["ideas"])
async def list_ideas(
    request: Request, session_id: str, _caller: Entered, cursor: str | None = None, limit: int = 50
) -> Json:
    """Every idea, in random order, read or not."""
    found = await parts(request).database.read(queries.ideas, session_id=session_id)
    return paged([idea_json(idea) for idea in found], cursor, limit)


@router.post("/ideas", status_code=201, tags=["ideas"])
async def new_idea(request: Request, session_id: str, _caller: Entered, body: NewIdea) -> Json:
    """Enter an idea by hand."""

    def add(db: Session) -> Idea:
        idea = ideas.add_by_hand(db, session_id=session_id, text=body.text, who=body.who, side=body.side)
        return ideas.moderate(db, session_id=session_id, idea_id=idea.id, status=body.status) if body.status else idea

    return idea_json(await parts(request).database.write(add, about=session_id))


@router.patch("/ideas/{idea_id}", tags=["ideas"])
async def change_idea(request: Request, session_id: str, idea_id: str, caller: Entered, body: ChangedIdea) -> Json:
    """Show, hide, reword or sort an idea."""
    changes = body.model_dump(exclude_none=True, exclude={"theme_id"})

    def change(db: Session) -> Idea:
        idea = ideas.moderate(db, session_id=session_id, idea_id=idea_id, **changes)
        if "theme_id" in body.model_fields_set:
            themes.sort_idea(db, session_id=session_id, by=caller.user.user_id, idea_id=idea_id, theme_id=body.theme_id)
        return idea

    return idea_json(await parts(request).database.write(change, about=session_id))


@router.delete("/ideas/{idea_id}", status_code=204, tags=["ideas"])
async def delete_idea(request: Request, session_id: str, idea_id: str, _caller: Entered) -> Response:
    """Delete an idea."""
    await parts(request).database.write(ideas.delete_idea, session_id=session_id, idea_id=idea_id)
    return Response(status_code=204)


@router.get("/participants", tags=["participants"])
async def list_participants(
    request: Request, session_id: str, _caller: Entered, cursor: str | None = None, limit: int = 50
) -> Json:
    """Who is in or waits to be let in, in random order."""
    found = await parts(request).database.read(present, session_id=session_id)
    return paged([participant_json(person) for person in found], cursor, limit)


@router.post("/participants", status_code=201, tags=["participants"])
async def new_participant(request: Request, session_id: str, _caller: Entered, body: NewPerson) -> Json:
    """Add somebody who has no phone here; the facilitator enters their answers."""
    write = parts(request).database.write
    return participant_json(await write(by_hand.add_person, session_id=session_id, **body.model_dump()))


@router.post("/participants/{participant_id}/answers", status_code=201, tags=["participants"])
async def answer_by_hand(
    request: Request, session_id: str, participant_id: str, _caller: Entered, body: AnswerByHand
) -> Json:
    """Answer for somebody who has no phone; it replaces an earlier answer."""
    await enter_answers(
        parts(request).database,
        session_id=session_id,
        participant_id=participant_id,
        question=body.question,
        choices={body.dimension: body.choice},
    )
    return body.model_dump()


@router.post("/participants/{participant_id}/ideas", status_code=201, tags=["participants"])
async def idea_by_hand(
    request: Request, session_id: str, participant_id: str, _caller: Entered, body: IdeaByHand
) -> Json:
    """Send an idea for somebody who has no phone; it waits to be read like any other."""
    write = parts(request).database.write
    return idea_json(
        await write(
            by_hand.add_idea, session_id=session_id, participant_id=participant_id, text=body.text, who=body.who
        )
    )


@router.post("/participants/{participant_id}/open-side", status_code=204, tags=["participants"])
async def agree_by_hand(
    request: Request, session_id: str, participant_id: str, _caller: Entered, body: AgreeByHand
) -> Response:
    """Say for somebody who has no phone whether their small side may be shown, before the first question."""
    write = parts(request).database.write
    await write(by_hand.agree, session_id=session_id, participant_id=participant_id, yes=body.yes)
    return Response(status_code=204)


@router.post("/participants/{participant_id}/admit", status_code=204, tags=["participants"])
async def admit(request: Request, session_id: str, participant_id: str, _caller: Entered) -> Response:
    """Let somebody in."""
    await parts(request).database.write(participants.admit, session_id=session_id, participant_id=participant_id)
    return Response(status_code=204)


@router.delete("/participants/{participant_id}", status_code=204, tags=["participants"])
async def remove(request: Request, session_id: str, participant_id: str, _caller: Entered) -> Response:
    """Send somebody out, with all they said."""
    await parts(request).database.write(participants.remove, session_id=session_id, participant_id=participant_id)
    return Response(status_code=204)
