"""Kinds of columns that several tables have."""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, String
from sqlmodel import Field

Moment = BigInteger
"""Milliseconds since 1970, UTC."""


def belongs_to(target: str, **more: Any) -> Any:
    """A column that points at ``target`` and goes when it goes."""
    return Field(sa_column=Column(String, ForeignKey(target, ondelete="CASCADE"), nullable=False, **more))
