"""Every setting, read once at the start from the environment or `.env`. The README's table is compared with this file."""

import ipaddress
import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import WrongSetting

SECRET = {"secret_key", "database_url", "redis_url", "smtp_password"}
"""Fields whose values are not repeated in messages: they hold passwords."""
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
"""An e-mail address as a machine has it."""


class Settings(BaseSettings):
    """The settings of one process; fields are named after the variables, without the prefix STAIRSTEP_."""

    model_config = SettingsConfigDict(env_prefix="STAIRSTEP_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("data"), description="Folder for the database, the secret key and backups.")
    host: str = Field("0.0.0.0", description="Address to listen on; 127.0.0.1 keeps phones out.")  # noqa: S104
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on, 1 to 65535.")
    database_url: str = Field("", description="Empty: SQLite in the data folder.")
    redis_url: str = Field("", description="Empty: one process.")
    base_url: str = Field("", description="What goes into links and QR codes, such as https://stair.example.")
    secret_key: str = Field("", description="At least 32 characters; made and kept in the data folder when empty.")
    log: Literal["plain", "json"] = Field(
        "plain", description="plain: warnings; json: every request, a JSON object a line."
    )
    trusted_proxies: str = Field("", description="Addresses of proxies, separated by commas, whose headers count.")
    smtp_host: str = Field("", description="Server that takes reminders by e-mail; empty: none are sent.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port.")
    smtp_tls: Literal["starttls", "tls", "off"] = Field(
        "starttls", description="starttls, tls from the start (port 465), or off."
    )
    smtp_user: str = Field("", description="Name to sign in with there; empty: without.")
    smtp_password: str = Field("", description="Its password.")
    smtp_from: str = Field("", description="Address that reminders come from, such as stair@halden.example.")

    @field_validator("base_url")
    @classmethod
    def _base_url_is_an_address(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"} or parts.query:
            raise ValueError("an address such as https://stair.example, without a path")
        return value.rstrip("/")

    @field_validator("secret_key")
    @classmethod
    def _secret_key_is_long(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError("at least 32 characters, or leave it out and one is made")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_is_known(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError("empty, sqlite:/// and a path, or postgresql://user:password@host/database")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_is_known(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("empty, or redis://host:6379/0")
        return value

    @model_validator(mode="after")
    def _fit_together(self) -> "Settings":
        if self.redis_url and not self.on_postgres:
            raise ValueError(
                "redis_url|empty, or set STAIRSTEP_DATABASE_URL to PostgreSQL too: several processes need both"
            )
        if self.redis_url and not self.secret_key:
            raise ValueError("secret_key|set, and the same for every process that shares this database")
        return self

    @model_validator(mode="after")
    def _mail_can_be_sent(self) -> "Settings":
        if not self.smtp_host:
            return self
        if not self.smtp_from:
            raise ValueError("smtp_from|the address that reminders come from, such as stair@halden.example")
        if bool(self.smtp_user) != bool(self.smtp_password):
            raise ValueError("smtp_password|set together with STAIRSTEP_SMTP_USER, or neither")
        if self.smtp_user and self.smtp_tls == "off" and not _is_here(self.smtp_host):
            raise ValueError("smtp_tls|starttls or tls: a password goes to another machine under cover only")
        return self

    @field_validator("smtp_from")
    @classmethod
    def _sender_is_an_address(cls, value: str) -> str:
        if value and not ADDRESS.fullmatch(value):
            raise ValueError("an e-mail address such as stair@halden.example, without a name")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies_are_addresses(cls, value: str) -> str:
        for part in filter(None, (piece.strip() for piece in value.split(","))):
            try:
                ipaddress.ip_network(part, strict=False)
            except ValueError as error:
                raise ValueError("addresses such as 10.0.0.1 or 10.0.0.0/24, separated by commas") from error
        return value

    @property
    def on_postgres(self) -> bool:
        """Whether the database is PostgreSQL."""
        return self.database_url.startswith("postgres")

    @property
    def sqlite_file(self) -> Path:
        """Where the SQLite database lives."""
        if self.database_url:
            return Path(self.database_url.removeprefix("sqlite:///"))
        return self.data_dir / "stairstep.db"

    @property
    def https(self) -> bool:
        """Whether people reach this server by https, so that cookies can insist on it."""
        return self.base_url.startswith("https://")


def _is_here(host: str) -> bool:
    """Whether a server is this machine itself."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_settings() -> Settings:
    """The settings of this process.

    Raises WrongSetting, whose sentence names the variable and says what would be right.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        words = first["msg"].removeprefix("Value error, ")
        field, _, expected = words.partition("|") if "|" in words and not first["loc"] else (first["loc"][0], "", words)
        given = "" if field in SECRET or not first["loc"] else f" is {first['input']!r}"
        name = f"STAIRSTEP_{str(field).upper()}"
        raise WrongSetting(
            f"{name}{given or ' can’t be used as it is'}. Right would be: {expected[0].lower()}{expected[1:]}."
        ) from None
