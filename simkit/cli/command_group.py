"""Groups of commands that answer a misspelt name with the nearest, and import a command's file only when it is needed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from simkit.foundation.errors import UsageError
from simkit.foundation.text import Text, did_you_mean


class Commands(click.Group):
    """A group of commands; a misspelt one is answered with the nearest."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed."""
        name, known = args[0] if args else "", self.list_commands(ctx)
        if name and not name.startswith("-") and name not in known:
            raise UsageError(
                Text(de=f"Den Befehl '{name}' gibt es nicht.", en=f"There is no command '{name}'."),
                "",
                did_you_mean(name, known),
            )
        return super().resolve_command(ctx, args)


class LazyCommands(Commands):
    """Commands that each stand in a file of their own, imported when the command is called or listed.

    Parameters
    ----------
    names : sequence of str
        The commands; each is ``command`` in ``simkit.cli.<name>_command``.
    """

    def __init__(self, *arguments: Any, names: Sequence[str], **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.names = tuple(names)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of the help."""
        return sorted(self.names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name; None for a name that is none."""
        if cmd_name not in self.names:
            return None
        found: click.Command = import_module(f"simkit.cli.{cmd_name}_command").command
        return found
