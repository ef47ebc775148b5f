"""The SQLAlchemy handle, the declarative base, and how transactions begin; nothing else."""

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """The base of every model."""


db = SQLAlchemy(model_class=Base)
