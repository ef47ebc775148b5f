"""What the house writes down: a line per request without anybody in it, and what went wrong, without form data."""

import logging
import sys

from flask import Flask

FORMAT = "%(asctime)s %(name)s %(levelname)s %(message)s"


def register(app: Flask) -> None:
    """Send the house's own loggers to standard error; the web server's access log stays off (see deploy/)."""
    house = logging.getLogger("holdspace")
    if not house.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter(FORMAT))
        house.addHandler(handler)
    house.setLevel(logging.INFO)
    house.propagate = False
    app.logger.disabled = True
