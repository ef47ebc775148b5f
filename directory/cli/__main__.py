"""``python -m directory.cli`` is the ``holdspace`` command."""

from directory.cli import main

main()
