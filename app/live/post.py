"""Hands mail to the server that the settings name. What goes wrong is told without addresses and texts."""

import asyncio
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from app.settings import Settings

PATIENCE_S = 300.0
"""So long a mail may take: some servers look at it for minutes before they say that they have it. A claim lasts longer."""
KNOCK_S = 10.0


class MailFailed(Exception):
    """A mail was not taken. ``why``: refused for good, later (this one, for now), or away (the server takes none now).

    ``words`` go into the log.
    """

    def __init__(self, why: Literal["refused", "later", "away"], words: str) -> None:
        super().__init__(words)
        self.why: Literal["refused", "later", "away"] = why
        self.words = words


@dataclass(frozen=True, slots=True)
class Post:
    """A mail server and the way in. ``tls``: starttls, tls or off; ``patience_s``: how long a mail may take."""

    host: str
    port: int
    tls: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    context: ssl.SSLContext | None = None
    patience_s: float = PATIENCE_S

    @classmethod
    def of(cls, settings: Settings) -> "Post | None":
        """The server that the settings name, None where no mail is sent."""
        if not settings.smtp_host:
            return None
        return cls(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_tls,
            settings.smtp_from,
            settings.smtp_user,
            settings.smtp_password,
            None if settings.smtp_tls == "off" else ssl.create_default_context(),
        )

    async def send(self, message: EmailMessage) -> None:
        """Hand over one mail to whom it is for. Returns once the server has it. Raises MailFailed."""
        try:
            async with asyncio.timeout(self.patience_s):
                async with self._client() as client:
                    await client.send_message(message)
        except (SMTPException, OSError, TimeoutError, ValueError) as error:
            raise _failure(error) from None

    async def knock(self) -> None:
        """Go as far as the door, with the name and the password where they are asked. Raises MailFailed."""
        try:
            async with asyncio.timeout(KNOCK_S), self._client():
                pass
        except (SMTPException, OSError, TimeoutError, ValueError) as error:
            raise _failure(error) from None

    def _client(self) -> SMTP:
        return SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user or None,
            password=self.password or None,
            local_hostname=self.sender.rpartition("@")[2],
            timeout=self.patience_s,
            use_tls=self.tls == "tls",
            start_tls=self.tls == "starttls",
            tls_context=self.context,
        )


def _failure(error: Exception) -> MailFailed:
    """What became of the mail. An answer that begins with 5 is for good, one with 4 for now (RFC 5321)."""
    if isinstance(error, SMTPRecipientsRefused):
        error = error.recipients[0]
    code = error.code if isinstance(error, SMTPResponseException) else 0
    words = f"{type(error).__name__} {code}" if code else type(error).__name__
    if isinstance(error, SMTPRecipientRefused | SMTPDataError):
        return MailFailed("refused" if code >= 500 else "later", words)
    return MailFailed("away", words)
