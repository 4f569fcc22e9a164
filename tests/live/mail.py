"""A real SMTP server on this machine, which keeps what it takes and can be slow or unwilling."""

import asyncio
import email
import email.policy
import ssl
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from app.live.post import Post
from tests.live.server import free_port

SENDER = "stair@halden.example"
USER, PASSWORD = "stairstep", "the mail server's word"


class MailServer:
    """Give it to ``with``. ``answers`` {address: answer to RCPT}; ``holds_s``: how long it thinks before it takes a mail."""

    def __init__(self, *, login: bool = False, tls: ssl.SSLContext | None = None, port: int | None = None) -> None:
        self.mails: list[Any] = []
        self.recipients: list[list[str]] = []
        self.answers: dict[str, str] = {}
        self.holds_s = 0.0
        self.encrypted: list[bool] = []
        self.port = port or free_port()
        options: dict[str, Any] = {"tls_context": tls, "require_starttls": tls is not None}
        if login:
            options |= {"auth_required": True, "auth_require_tls": tls is not None, "authenticator": self._knows}
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def post(self, **more: Any) -> Post:
        """The way to this server."""
        return Post(
            **{"host": "127.0.0.1", "port": self.port, "tls": "off", "sender": SENDER, "patience_s": 5.0} | more
        )

    @staticmethod
    def _knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    async def handle_RCPT(  # noqa: N802  aiosmtpd calls it so
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.holds_s)
        self.recipients.append(list(envelope.rcpt_tos))
        self.encrypted.append(session.ssl is not None)
        self.mails.append(email.message_from_bytes(envelope.content or b"", policy=email.policy.default))
        return "250 taken"

    def texts(self) -> list[str]:
        """The plain text of each mail."""
        return [mail.get_body(("plain",)).get_content() for mail in self.mails]
