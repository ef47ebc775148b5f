"""The object that a web server asks for."""

from directory import create_app

app = create_app()
