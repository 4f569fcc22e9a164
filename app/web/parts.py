"""What routes need of the running application, in one object."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from app.live.guessing import CodeGuesses, Ledger, PasswordGuesses
from app.live.hub import Hub
from app.settings import Settings
from app.store.database import Database
from app.web.exporting import ExportDesk


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that `main.py` built."""

    settings: Settings
    secret_key: str
    database: Database
    hub: Hub
    wrong_codes: CodeGuesses
    sign_ins: PasswordGuesses
    ledger: Ledger
    exports: ExportDesk


def parts(connection: HTTPConnection) -> Parts:
    """The parts of the application that this connection reached."""
    found: Parts = connection.app.state.parts
    return found
