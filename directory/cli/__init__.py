"""The ``holdspace`` command: one file per subject, each subcommand explains itself."""

import click

from directory.cli.daily import daily
from directory.cli.doctor import doctor
from directory.cli.import_places import bring_in
from directory.cli.index import index
from directory.cli.serving import demo, serve
from directory.cli.tables import upgrade


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="holdspace")
def main() -> None:
    """Keep a therapist directory: run it, mend it, look after it."""


for command in (demo, serve, upgrade, index, bring_in, daily, doctor):
    main.add_command(command)
