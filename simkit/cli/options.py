"""The options that more than one command has, and those that follow from the settings of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import click

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from simkit.intake.settings.run_settings import RunSettings, Setting


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
