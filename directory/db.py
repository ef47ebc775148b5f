"""The SQLAlchemy handle, the declarative base, and how transactions begin; nothing else.

A transaction may write only inside ``writing()`` or in a request whose view is marked as one that writes; every other
one is read-only, so that a hidden write is an error. On SQLite a writing transaction begins IMMEDIATE, so that two
writers never lose an update to each other.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import Flask, Response, g, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase

from directory import errors

log = logging.getLogger("holdspace")
BUSY_TIMEOUT_MS = 10_000
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_writing: ContextVar[bool] = ContextVar("writing", default=False)


class Base(DeclarativeBase):
    """The base of every model."""


db = SQLAlchemy(model_class=Base)


@contextmanager
def writing() -> Iterator[None]:
    """Allow writes outside a request (commands, tests). A read-only transaction that is open ends here; none begins."""
    db.session.rollback()
    token = _writing.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        _writing.reset(token)


def may_write() -> bool:
    """Is the transaction that begins now one that may write?"""
    if _writing.get() or not has_request_context():
        return _writing.get()
    return request.method not in SAFE_METHODS and bool(g.get("writes"))


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = may_write()
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_other(connection: Connection) -> None:
    if not may_write():
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def prepare(engine: Engine) -> None:
    """Give ``engine`` this house's way of beginning transactions."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_other)


def _silent(error: OperationalError) -> Response | tuple[str, int]:
    """A database that is gone, or that others kept busy for ten seconds, is nobody's fault; a hidden write is ours."""
    if getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_READONLY"):
        raise error
    log.error("The database did not answer in %s: %s", request.url_rule, type(error.orig).__name__)
    return errors.answer(errors.DatabaseSilent.status)


def init_app(app: Flask) -> None:
    """Bind the handle to the app's database, and say so kindly when it doesn't answer."""
    db.init_app(app)
    app.register_error_handler(OperationalError, _silent)
    with app.app_context():
        prepare(db.engine)
