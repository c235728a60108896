"""What commands are made of: their group, the options that several have, those that follow from the settings of a run, and
what is reported of a command that was mistyped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import click

from simkit.foundation.errors import UsageError
from simkit.foundation.text import Text, did_you_mean

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from simkit.intake.settings.run_settings import RunSettings, Setting


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


def note_client(context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """Remember whom the command is about, so that it speaks that client's language."""
    if isinstance(context.obj, dict):
        context.obj["client"] = value
    return value


client_argument = click.argument("client", callback=note_client)
debug_option = click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")


class SettingsCommand(click.Command):
    """A command with options that are settings of a run.

    They are made when they are first asked for, because their model takes longer to load than the list of commands.

    Parameters
    ----------
    settings : sequence of str
        Names of the settings; empty takes all that have an option.
    """

    def __init__(self, *arguments: Any, settings: Iterable[str] = (), **rest: Any) -> None:
        super().__init__(*arguments, **rest)
        self._settings = tuple(settings)
        self._made: list[click.Option] | None = None

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return what the command takes: its own options, those of the settings, and last what all commands have."""
        if self._made is None:
            from simkit.intake.settings.run_settings import RunSettings

            self._made = setting_options(RunSettings, self._settings)
            at = next((place for place, own in enumerate(self.params) if own.name == "debug"), len(self.params))
            self.params[at:at] = self._made
        return super().get_params(ctx)


def setting_options(model: type[RunSettings], names: Iterable[str] = ()) -> list[click.Option]:
    """Return the options of settings.

    Parameters
    ----------
    model : type
        The settings.
    names : sequence of str
        Those wanted; empty takes all that have an option.
    """
    entries, wanted = model.entries(), tuple(names)
    chosen = wanted or [name for name, entry in entries.items() if entry.flag]
    return [_option(name, entries[name], model.model_fields[name]) for name in chosen]


def _option(name: str, entry: Setting, field: FieldInfo) -> click.Option:
    plain = isinstance(field.default, str | int) and not isinstance(field.default, bool) and field.default != ""
    declared: dict[str, Any] = {"help": entry.help.en, "metavar": entry.metavar or None}
    if plain:
        declared |= {"default": field.default, "show_default": True}
    return click.Option([entry.flag, name], **declared, **_kind(field))


def _kind(field: FieldInfo) -> dict[str, Any]:
    """Return how click reads a value of the field's type."""
    parts = get_args(field.annotation)
    kind = next(part for part in parts if part is not NoneType) if NoneType in parts else field.annotation
    origin = get_origin(kind)
    if origin is Literal:
        return {"type": click.Choice(get_args(kind))}
    if kind is bool:
        return {"is_flag": True, "flag_value": not field.default, "default": None}
    if kind is Path:
        return {"type": click.Path(file_okay=False, path_type=Path)}
    if origin is tuple:
        return {"type": NamesList()}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"multiple": True}
    return {"type": _range(field, whole=kind is int) if kind in {int, float} else str}


def _range(field: FieldInfo, *, whole: bool) -> click.ParamType[Any]:
    """Return the range that the field's limits give."""
    low, high, above, below = (
        next((getattr(part, name) for part in field.metadata if hasattr(part, name)), None)
        for name in ("ge", "le", "gt", "lt")
    )
    limits: dict[str, Any] = {
        "min": low if above is None else above,
        "max": high if below is None else below,
        "min_open": above is not None,
        "max_open": below is not None,
    }
    return click.IntRange(**limits) if whole else click.FloatRange(**limits)


class NamesList(click.ParamType["tuple[str, ...]"]):
    """Comma-separated names."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Return the names."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def usage_error(error: click.UsageError) -> UsageError:
    """Say click's message in both languages where it has a kind of its own, and in English where it has none."""
    help_hint = Text(de="Hilfe: simkit --help", en="Help: simkit --help")
    if isinstance(error, click.NoSuchOption):
        names = _option_names(error.ctx) if error.ctx else []
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


def _option_names(context: click.Context) -> list[str]:
    """Return the options of a command but for its help, which is offered anyway."""
    names = [name for option in context.command.get_params(context) for name in option.opts]
    return [name for name in names if name.startswith("-") and name not in context.help_option_names]
