"""``column IN (a list)`` with the list as one parameter, so that a statement is put together once for lists of every length.

SQLAlchemy's own writes the statement out anew for each list, which costs as much as running it.
"""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Dialect, String, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType


class _Texts(TypeDecorator[Iterable[str]]):
    """Texts, as JSON."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str:  # noqa: ARG002
        return orjson.dumps([*(value or ())]).decode()


class _OneOf(FunctionElement[Any]):
    """Its two clauses are the column and the list."""

    type = NullType()  # of a Boolean SQLAlchemy would ask whether it = 1, which SQLite answers with a scan of the table
    inherit_cache = True


def one_of(column: ColumnElement[Any] | Mapped[Any], name: str) -> ColumnElement[bool]:
    """Whether ``column`` is one of the texts in the parameter ``name``, any iterable of texts."""
    return _OneOf(column, bindparam(name, type_=_Texts()))


@compiles(_OneOf)
def _in_sqlite(element: _OneOf, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, texts = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({texts}))"  # noqa: S608  a column and a placeholder


@compiles(_OneOf, "postgresql")
def _in_postgres(element: _OneOf, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, texts = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{column} = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST({texts} AS JSONB))))"
