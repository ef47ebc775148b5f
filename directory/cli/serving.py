"""Run the house: the demo on this machine, or a plain server behind a reverse proxy."""

import os
import socket
import sys
import time

import click
import waitress

from directory import demo as demo_house
from directory.cli.opening import check_tables, open_app
from directory.cli.progress import say

THREADS = 8


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port on 127.0.0.1.")
def demo(port: int) -> None:
    """Run the directory with invented therapists, for this machine alone.

    Makes the database, the invented people and the index on the first start, and nothing on the next.
    """
    if not _free(port):
        raise click.ClickException(f"Port {port} is taken. Stop what runs there, or say --port {port + 1}.")
    if os.environ.get("HOLDSPACE_ENV", "demo") != "demo":
        raise click.ClickException("HOLDSPACE_ENV is not demo. Unset it and the other HOLDSPACE_ settings first.")
    started = time.perf_counter()
    print("Holdspace demo", flush=True)
    app = open_app({"PREPARE": say, "BASE_URL": f"http://localhost:{port}"})
    print(f"  Ready after {time.perf_counter() - started:.1f} s")
    print(f"\n  Open        http://localhost:{port}")
    print(f"  Therapist   {demo_house.EMAIL}   password: {demo_house.PASSWORD}")
    print("  Stop with Ctrl-C.\n", flush=True)
    waitress.serve(app, host="127.0.0.1", port=port, threads=THREADS, ident=None)


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; leave it to the proxy's machine."
)
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Serve with the settings of the environment, behind a reverse proxy (see deploy/)."""
    app = open_app()
    with app.app_context():
        check_tables()
    print(f"Serving {app.config['BASE_URL']} on {host}:{port}", file=sys.stderr, flush=True)
    waitress.serve(app, host=host, port=port, threads=THREADS, ident=None)
