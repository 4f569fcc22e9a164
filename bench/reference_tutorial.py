"""Reference server *c*: the tutorial way. Starlette, SQLAlchemy's ORM, one commit for each vote, results to everybody.

What a chat example becomes when it is given a database: each vote is stored and committed by itself, then all votes
are read back, counted, and sent to every socket in turn. ``python -m bench.reference_tutorial --port N --data FOLDER``;
the screen's token is in ``BENCH_SCREEN_TOKEN``. Listens on 127.0.0.1 only.
"""

import argparse
import hashlib
import os
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import ForeignKey, LargeBinary, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, sessionmaker
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bench.reference_store import QUESTION, SESSION, SIDES, STEPS
from bench.reference_wire import PHONE_PATH, SCREEN_PATH

OTHERS_SEE = "results"


class Base(DeclarativeBase):
    """Every table."""


class Participant(Base):
    """Somebody who joined."""

    __tablename__ = "participant"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    side: Mapped[str]


class Answer(Base):
    """A participant's choice."""

    __tablename__ = "answer"
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    choice: Mapped[int | None]
    participant: Mapped[Participant] = relationship()


class Manager:
    """Everybody who is connected, as tutorials have it."""

    def __init__(self) -> None:
        self.sockets: list[WebSocket] = []
        self.version = 1

    async def broadcast(self, message: dict[str, Any]) -> None:
        """Send a message to everybody, one after the other."""
        for socket in list(self.sockets):
            try:
                await socket.send_json(message)
            except (WebSocketDisconnect, RuntimeError):
                if socket in self.sockets:
                    self.sockets.remove(socket)


def tutorial(database: Path, screen_token: str) -> Starlette:
    """The application."""
    engine = create_engine(f"sqlite:///{database}", connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    database_session = sessionmaker(engine)
    manager = Manager()

    def view() -> dict[str, Any]:
        with database_session() as db:
            answers = db.scalars(select(Answer).where(Answer.question == QUESTION)).all()
            answered = dict.fromkeys(SIDES, 0)
            results = {side: dict.fromkeys(STEPS, 0) for side in SIDES}
            for answer in answers:
                answered[answer.participant.side] += 1
                if answer.choice is not None:
                    results[answer.participant.side][answer.choice] += 1
        question = {"key": QUESTION, "status": "open"}
        state = {"session": "live", "question": question, "answered": {QUESTION: answered}, OTHERS_SEE: results}
        return {"type": "view", "version": manager.version, "content": "", "state": state}

    async def join(request: Request) -> JSONResponse:
        token = os.urandom(24).hex()
        with database_session() as db:
            hashed = hashlib.sha256(token.encode()).digest()
            db.add(Participant(token_hash=hashed, side=request.query_params.get("side", SIDES[0])))
            db.commit()
        return JSONResponse({"token": token, "session_id": SESSION}, 201)

    async def phone(socket: WebSocket) -> None:
        token = socket.headers.get("authorization", "").removeprefix("Bearer ")
        with database_session() as db:
            hashed = hashlib.sha256(token.encode()).digest()
            participant = db.scalar(select(Participant.id).where(Participant.token_hash == hashed))
        if participant is None:
            await socket.close(4401)
            return
        await socket.accept()
        manager.sockets.append(socket)
        await socket.send_json(view())
        try:
            while True:
                message = await socket.receive_json()
                with database_session() as db:
                    db.merge(Answer(participant_id=participant, question=QUESTION, choice=message["choice"]))
                    db.commit()
                manager.version += 1
                await socket.send_json({"type": "ack", "id": message["id"], "version": manager.version})
                await manager.broadcast(view())
        except WebSocketDisconnect:
            if socket in manager.sockets:
                manager.sockets.remove(socket)

    async def screen(socket: WebSocket) -> None:
        if socket.headers.get("authorization") != f"Bearer {screen_token}":
            await socket.close(4401)
            return
        await socket.accept()
        manager.sockets.append(socket)
        await socket.send_json(view())
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            if socket in manager.sockets:
                manager.sockets.remove(socket)

    routes = [Route("/join", join), WebSocketRoute(PHONE_PATH, phone), WebSocketRoute(SCREEN_PATH, screen)]
    return Starlette(routes=routes)


def main() -> None:
    """Serve until the process ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    app = tutorial(options.data / "reference.sqlite3", os.environ["BENCH_SCREEN_TOKEN"])
    uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="warning", backlog=2048)


if __name__ == "__main__":
    main()
