"""HTTP API: a session's commitments and its share links."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from app.actions import commitments, share_links
from app.store import queries
from app.store.plan_tables import Commitment
from app.views.plan import commitments_json, one_commitment_json
from app.views.sharing import link_json, links_json
from app.web.api.bodies import PROBLEMS, ChangedCommitment, NewCheckIn, NewCommitment, NewShareLink
from app.web.api.paging import paged
from app.web.doors import Entered
from app.web.parts import parts
from app.web.sharing import LinkForm, make_link

router = APIRouter(prefix="/api/v1/sessions/{session_id}", responses=PROBLEMS)
Json = dict[str, Any]


async def _answer(request: Request, session_id: str, commitment: Commitment) -> Json:
    def look(db: Session) -> Json:
        found = commitments.commitment_of(db, session_id, commitment.id)
        return one_commitment_json(db, session=queries.live_session(db, session_id), commitment=found)

    return await parts(request).database.read(look)


@router.get("/commitments", tags=["commitments"])
async def list_commitments(
    request: Request, session_id: str, _caller: Entered, cursor: str | None = None, limit: int = 50
) -> Json:
    """Every commitment in the order in which they were written down."""

    def look(db: Session) -> list[Json]:
        return commitments_json(db, session=queries.live_session(db, session_id), private=True)

    return paged(await parts(request).database.read(look), cursor, limit)


@router.post("/commitments", status_code=201, tags=["commitments"])
async def new_commitment(request: Request, session_id: str, caller: Entered, body: NewCommitment) -> Json:
    """Write down what a side will do."""
    made = await parts(request).database.write(
        commitments.add_commitment, session_id=session_id, by=caller.user.name, said=body.model_dump()
    )
    return await _answer(request, session_id, made)


@router.patch("/commitments/{commitment_id}", tags=["commitments"])
async def change_commitment(
    request: Request, session_id: str, commitment_id: str, caller: Entered, body: ChangedCommitment
) -> Json:
    """Change a row: its words first, then each side's yes, then its state; all of it or nothing."""
    row: Json = {"session_id": session_id, "commitment_id": commitment_id, "by": caller.user.name}
    said = body.model_dump(exclude_unset=True, include=set(commitments.FIELDS))
    yes = body.accepted.model_dump(exclude_none=True) if body.accepted is not None else {}

    def change(db: Session) -> Commitment:
        found = commitments.change_commitment(db, **row, said=said, revision=body.revision)
        for side, says in yes.items():
            found = commitments.accept(db, **row, side=side, yes=says)
        return commitments.set_state(db, **row, state=body.state) if body.state is not None else found

    return await _answer(request, session_id, await parts(request).database.write(change, about=session_id))


@router.delete("/commitments/{commitment_id}", status_code=204, tags=["commitments"])
async def delete_commitment(request: Request, session_id: str, commitment_id: str, _caller: Entered) -> Response:
    """Delete a row that was never agreed, or was dropped."""
    await parts(request).database.write(
        commitments.delete_commitment, session_id=session_id, commitment_id=commitment_id
    )
    return Response(status_code=204)


@router.post("/commitments/{commitment_id}/check-ins", status_code=201, tags=["commitments"])
async def new_check_in(
    request: Request, session_id: str, commitment_id: str, caller: Entered, body: NewCheckIn
) -> Json:
    """Write down how it stands."""
    made = await parts(request).database.write(
        commitments.check_in,
        session_id=session_id,
        commitment_id=commitment_id,
        by=caller.user.name,
        note=body.note,
        state=body.state,
    )
    return await _answer(request, session_id, made)


@router.get("/share-links", tags=["share links"])
async def list_links(
    request: Request, session_id: str, _caller: Entered, cursor: str | None = None, limit: int = 50
) -> Json:
    """The session's links, newest first, with how often each was opened. No address: it is given once."""
    return paged(await parts(request).database.read(links_json, session_id=session_id), cursor, limit)


@router.post("/share-links", status_code=201, tags=["share links"])
async def new_link(request: Request, caller: Entered, body: NewShareLink) -> Json:
    """Make a link; its address is given once."""
    form = LinkForm(body.kind, body.cut, body.expires_days, body.passphrase, body.texts, body.answers, body.language)
    link, url = await make_link(parts(request), caller.user, caller.live, form)
    return link_json(link, []) | {"url": url}


@router.delete("/share-links/{link_id}", status_code=204, tags=["share links"])
async def end_link(request: Request, session_id: str, link_id: str, _caller: Entered) -> Response:
    """End a link at once. Harmless when repeated."""
    await parts(request).database.write(share_links.revoke_link, session_id=session_id, link_id=link_id)
    return Response(status_code=204)
