"""The group of commands, imported one by one, and what is reported of a command that was mistyped."""

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


def usage_error(error: click.UsageError) -> UsageError:
    """Say click's message in both languages where it has a kind of its own, and in English where it has none."""
    help_hint = Text(de="Hilfe: simkit --help", en="Help: simkit --help")
    if isinstance(error, click.NoSuchOption):
        names = _options_of(error.ctx) if error.ctx else []
        text = Text(de="Die Option '{name}' gibt es nicht.", en="There is no option '{name}'.")
        return UsageError(text.fill(name=error.option_name), "", did_you_mean(error.option_name, names))
    if isinstance(error, click.MissingParameter):
        name = error.param.human_readable_name if error.param else ""
        text = Text(de="Es fehlt die Angabe {name}.", en="{name} is missing.")
        return UsageError(text.fill(name=name), "", help_hint)
    if isinstance(error, click.BadOptionUsage):
        text = Text(de="Die Option '{name}' braucht einen Wert.", en="The option '{name}' needs a value.")
        return UsageError(text.fill(name=error.option_name), "", help_hint)
    if isinstance(error, click.BadParameter) and error.param is not None:
        if (possible := _possible(error.param.type)) is not None:
            text = Text(de="Der Wert für {name} passt nicht.", en="The value for {name} does not fit.")
            return UsageError(text.fill(name="/".join(error.param.opts)), "", possible)
        if isinstance(error.param.type, click.Path):
            typed = isinstance(error.param, click.Option)
            return _no_folder("/".join(error.param.opts) if typed else error.param.human_readable_name, error.message)
        text = Text(de="Der Wert für {name} passt nicht: {message}", en="The value for {name} does not fit: {message}")
        return UsageError(text.fill(name="/".join(error.param.opts), message=error.message), "", help_hint)
    if "unexpected extra argument" in error.format_message():
        extra = error.format_message().rpartition("(")[2].rstrip(".) ")
        return UsageError(Text(de="Zu viele Angaben.", en="Too many arguments."), extra, help_hint)
    return UsageError(error.format_message(), "", help_hint)


def _no_folder(name: str, message: str) -> UsageError:
    """Say that a folder is none; click's message holds the path between quotation marks."""
    return UsageError(
        Text(de="Der Ordner für {name} fehlt oder ist keiner.", en="The folder for {name} is missing or is none.").fill(
            name=name
        ),
        message[message.find("'") + 1 : message.rfind("'")],
        Text(de="Nennen Sie einen anderen Ordner.", en="Name another folder."),
    )


def _possible(kind: click.ParamType[Any]) -> Text | None:
    """Say which values an option can have, where click knows it."""
    if isinstance(kind, click.Choice):
        names = ", ".join(str(choice) for choice in kind.choices)
        return Text(de="Möglich sind: {names}.", en="Possible are: {names}.").fill(names=names)
    if isinstance(kind, click.FloatRange):
        text = Text(
            de="Erlaubt ist eine Zahl zwischen {low} und {high}, mit Punkt vor den Dezimalen.",
            en="Allowed is a number between {low} and {high}, with a point before its decimals.",
        )
        return text.fill(low=f"{kind.min:g}", high=f"{kind.max:g}")
    if isinstance(kind, click.IntRange):
        text = Text(de="Erlaubt ist eine ganze Zahl ab {low}.", en="Allowed is a whole number from {low}.")
        if kind.max is not None:
            text = Text(
                de="Erlaubt ist eine ganze Zahl von {low} bis {high}.",
                en="Allowed is a whole number from {low} to {high}.",
            )
        return text.fill(low=kind.min, high=kind.max)
    return None


def _options_of(context: click.Context) -> list[str]:
    """Return the options of a command but for its help, which is offered anyway."""
    names = [name for option in context.command.get_params(context) for name in option.opts]
    return [name for name in names if name.startswith("-") and name not in context.help_option_names]
