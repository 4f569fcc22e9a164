"""Moving in: a file of past answers is handed in, looked at, and entered as a closed session of the account, or dropped.

Between two requests the file waits in the database, so that any process can answer the next one.
"""

import hashlib
from pathlib import PureWindowsPath

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.datastructures import UploadFile

from app.actions.imports import PastMeeting, drop_upload, enter_meeting, keep_upload
from app.core.importing import Reading
from app.core.past_table import FILE_AT_MOST, TOO_LARGE
from app.core.rights import Who
from app.core.texts import TITLE_AT_MOST
from app.errors import AppError, BadInput
from app.store import imports, queries
from app.store.days import today
from app.store.ids import now_ms
from app.store.tables import Account
from app.views.import_form import Said
from app.views.importing import Look, look_at
from app.web.answers import go, page
from app.web.doors import Caller, Entered
from app.web.parts import parts
from app.web.signin import form_of

router = APIRouter(prefix="/accounts/{account_id}/import", include_in_schema=False)

NO_FILE = "Choose a file first."
LOOK_AGAIN = "You changed something above. This is what the file says now; if it is right, enter it."
TICK = "Some rows can’t be read. Mend them in the file, or tick that they are left out."


async def _account(request: Request, account_id: str, caller: Caller) -> Account:
    return await parts(request).database.read(
        queries.account_in_workspace, account_id=account_id, workspace_id=caller.user.workspace_id
    )


@router.get("")
async def import_page(request: Request, account_id: str, caller: Entered) -> Response:
    """The form that takes a file."""
    return await _choose(request, account_id, caller)


async def _choose(request: Request, account_id: str, caller: Caller, error: AppError | None = None) -> Response:
    account = await _account(request, account_id, caller)
    return page(
        request,
        "home/import.html",
        error.status if error else 200,
        account=account,
        error=error.sentence if error else "",
        user=caller.user.name,
        owner=caller.user.may(Who.OWNER),
    )


@router.post("")
async def hand_in(request: Request, account_id: str, caller: Entered) -> Response:
    """Read a file within limits and keep it for an hour, to be looked at."""
    account, here = await _account(request, account_id, caller), parts(request)
    try:
        name, content = await _handed_in(request)
        sheets = await here.exports.read_sheets(content, user_id=caller.user.user_id)
    except AppError as error:
        return await _choose(request, account_id, caller, error)
    upload_id = await here.database.write(
        keep_upload,
        account_id=account.id,
        user_id=caller.user.user_id,
        file_name=name,
        digest=hashlib.sha256(content).hexdigest(),
        content=imports.packed(sheets),
    )
    return go(f"/accounts/{account.id}/import/{upload_id}")


async def _handed_in(request: Request) -> tuple[str, bytes]:
    """The file's name and content. Raises BadInput for none and for one that is too large."""
    async with request.form() as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise BadInput(NO_FILE)
        if file.size is None or file.size > FILE_AT_MOST:
            raise BadInput(TOO_LARGE)
        return _plain_name(file.filename), await file.read()


def _plain_name(raw: str) -> str:
    """A file's name without its folders, and without what can't be shown."""
    name = "".join(one for one in PureWindowsPath(raw).name if one.isprintable()).strip()
    return name[-TITLE_AT_MOST:] or "file"


@router.get("/{upload_id}")
async def file_page(request: Request, account_id: str, upload_id: str, caller: Entered) -> Response:
    """The file as it is taken for, to be corrected."""
    return _shown(request, caller, await _look(request, account_id, upload_id, caller, {}))


async def _look(request: Request, account_id: str, upload_id: str, caller: Caller, said: Said) -> Look:
    """What the file says, read this way. Raises NotFound for another's file, and an hour after it was handed in."""

    def look(db: Session) -> Look:
        account = queries.account_in_workspace(db, account_id, caller.user.workspace_id)
        user_id = caller.user.user_id
        file = imports.upload(db, upload_id=upload_id, account_id=account.id, user_id=user_id, now=now_ms())
        return look_at(db, account=account, upload=file, said=said)

    return await parts(request).database.read(look)


def _shown(request: Request, caller: Caller, look: Look, error: BadInput | None = None, note: str = "") -> Response:
    return page(
        request,
        "home/import_file.html",
        error.status if error else 200,
        view=look.view,
        errors=error.fields if error else {},
        note=note or (error.sentence if error and not error.fields else ""),
        today=today(caller.user.time_zone),
        user=caller.user.name,
        owner=caller.user.may(Who.OWNER),
    )


@router.post("/{upload_id}")
async def decide(request: Request, account_id: str, upload_id: str, caller: Entered) -> Response:
    """Look again with other columns, enter the meeting, or drop the file."""
    said, here = await form_of(request), parts(request)
    account = await _account(request, account_id, caller)
    if said.get("do") == "drop":
        await here.database.write(drop_upload, upload_id=upload_id, user_id=caller.user.user_id)
        return go(f"/accounts/{account.id}")
    look = await _look(request, account_id, upload_id, caller, said)
    if said.get("do") != "enter" or look.reading is None:
        return _shown(request, caller, look)
    if said.get("seen") != look.view.seen:
        return _shown(request, caller, look, note=LOOK_AGAIN)
    if look.reading.errors and not look.view.leave_out:
        return _shown(request, caller, look, BadInput(TICK, fields={"leave_out": TICK}))
    try:
        session = await here.database.write(
            enter_meeting,
            upload_id=upload_id,
            account_id=account.id,
            workspace_id=caller.user.workspace_id,
            user_id=caller.user.user_id,
            entered_by=caller.user.name,
            meeting=_meeting(look, look.reading, said),
        )
    except BadInput as error:
        return _shown(request, caller, look, error)
    return go(f"/sessions/{session.id}/report")


def _meeting(look: Look, reading: Reading, said: Said) -> PastMeeting:
    smallest = said.get("smallest_group", "").strip()
    if not (smallest.isascii() and smallest.isdigit() and len(smallest) < 4):
        raise BadInput("Some of this can’t be used.", fields={"smallest_group": "a whole number, 3 or more"})
    rows = {error.row for error in reading.errors}
    return PastMeeting(
        title=said.get("title"),
        day=look.view.day,
        smallest_group=int(smallest),
        people=reading.people,
        ideas=reading.ideas,
        rows_left_out=len(rows) + reading.left_out,
    )
