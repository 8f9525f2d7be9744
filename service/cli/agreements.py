"""``agreement add`` and ``agreement list``."""

from __future__ import annotations

import typer

agreement = typer.Typer(
    help="What operators agreed to.\n\n運営会社との合意。", no_args_is_help=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(agreement, name="agreement")
