"""The command line: reads what was typed, calls the floors above, and tells the user what came of it.

Everything heavy is imported inside the commands, so that help and mistakes are answered at once.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from simkit.foundation.errors import Interrupted, SimkitError, UsageError
from simkit.foundation.places import VERSION
from simkit.foundation.text import Language, Text, did_you_mean

DEPTHS = ("normal", "full")
DEBUG = "--debug"
MOST_WORLDS = 10_000  # more tell nothing that is worth the days they take
MOST_JOBS = 512


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code.

    0 is done, 1 a failed report, 2 a wrong command, option or configuration, 3 the client's data, 4 privacy,
    130 stopped.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    _end_like_an_interrupt()
    _speak_utf8()
    sys.exit(_run(words))


def _end_like_an_interrupt() -> None:
    """Let a request to end (a closed terminal window, a shutdown) tidy up like Ctrl-C."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _run(words: list[str]) -> int:
    about: dict[str, str] = {}  # filled in by the command, so that what goes wrong is told in its client's language
    try:
        result = commands.main(args=words, prog_name="simkit", standalone_mode=False, obj=about)
    except (KeyboardInterrupt, click.Abort):
        return _tell(Interrupted(Text(de="Abgebrochen.", en="Stopped.")), spoken_language(words, **about))
    except SimkitError as error:
        return _tell(error, spoken_language(words, **about), trace=DEBUG in words)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return UsageError.exit_code
    except click.UsageError as error:
        return _tell(_usage_error(error), spoken_language(words, **about))
    except Exception as error:  # noqa: BLE001 - the last resort: no traceback may reach a user who did not ask for it
        return _tell(_unexpected(error), spoken_language(words, **about), trace=DEBUG in words)
    return result if isinstance(result, int) else 0


def _tell(error: SimkitError, language: Language, *, trace: bool = False) -> int:
    """Print an error on one screen and return its exit code."""
    if trace:
        traceback.print_exc()
    click.echo(error.render(language), err=True)
    return error.exit_code


def _unexpected(error: Exception) -> SimkitError:
    from simkit.report.record import disk_error

    cause = next((part for part in (error, *error.args) if isinstance(part, OSError)), None)
    if cause is not None:  # xlsxwriter wraps what the disk said when a workbook is open in Excel
        return disk_error(cause)
    return SimkitError(
        Text(
            de=f"Unerwarteter Fehler: {type(error).__name__}: {error}",
            en=f"Unexpected error: {type(error).__name__}: {error}",
        ),
        "",
        Text(
            de="Den Befehl mit --debug wiederholen und die Ausgabe an die Entwicklung geben.",
            en="Repeat the command with --debug and pass the output on to the developers.",
        ),
    )


def _usage_error(error: click.UsageError) -> UsageError:
    """Say click's message in both languages where it has a kind of its own, and in English where it has none."""
    help_hint = Text(de="Hilfe: simkit --help", en="Help: simkit --help")
    if isinstance(error, click.NoSuchOption):
        known = (name for option in (error.ctx.command.params if error.ctx else ()) for name in option.opts)
        names = [name for name in known if name.startswith("-")]
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
            return _no_folder("/".join(error.param.opts), error.message)
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
            de="Erlaubt ist eine Zahl zwischen {low} und {high}.", en="Allowed is a number between {low} and {high}."
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


def _speak_utf8() -> None:
    """Let every console show what the reports are written in; a letter it does not have becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def spoken_language(words: Sequence[str] = (), client: str = "") -> Language:
    """Return the language to speak with the user: the option, else that of the client, else that of the system."""
    for place, word in enumerate(words):
        value = word.partition("=")[2] if word.startswith("--lang=") else ""
        value = value or (words[place + 1] if word == "--lang" and place + 1 < len(words) else "")
        if value in {"de", "en"}:
            return "de" if value == "de" else "en"
    if client:
        from simkit.intake.folder import client_language

        if (known := client_language(client)) is not None:
            return known
    system = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "de" if (system or _windows_language()).lower().startswith("de") else "en"


def _windows_language() -> str:
    if sys.platform != "win32":
        return ""
    import ctypes

    german = 0x07  # primary language of the identifiers 0x0407 (Germany), 0x0C07 (Austria), 0x0807 (Switzerland)
    return "de" if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == german else "en"


class Commands(click.Group):
    """The commands; a misspelt one is answered with the nearest."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in self.commands:
            raise UsageError(
                Text(de=f"Den Befehl '{name}' gibt es nicht.", en=f"There is no command '{name}'."),
                "",
                did_you_mean(name, self.commands),
            )
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(VERSION, prog_name="simkit")
def commands() -> None:
    """Diagnose and redesign a sales organisation from a client's own exports."""


def _language_option(function: Any) -> Any:
    return click.option("--lang", type=click.Choice(["de", "en"]), help="Language of report and messages.")(function)


def _note_client(context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """Remember whom the command is about."""
    if isinstance(context.obj, dict):
        context.obj["client"] = value
    return value


def _client_argument(function: Any) -> Any:
    return click.argument("client", callback=_note_client)(function)


def _debug_option(function: Any) -> Any:
    return click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")(function)


@commands.command()
@_client_argument
@click.option("--quick", is_flag=True, help="A draft: 4 worlds per scenario.")
@click.option("--depth", type=click.Choice(DEPTHS), default="normal", show_default=True, help="How much is simulated.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of all draws.")
@click.option("--reps", type=click.IntRange(2, MOST_WORLDS), help="Worlds per scenario; default 12, with --quick 4.")
@click.option(
    "--precision",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Add worlds until profit differences are known to this share of profit, such as 0.02.",
)
@click.option(
    "--budget", type=click.IntRange(3, MOST_WORLDS), help="Most worlds per scenario with --precision; default 100."
)
@click.option("--jobs", type=click.IntRange(1, MOST_JOBS), help="Processes; default: all cores.")
@click.option("--cluster", default="", metavar="ADDRESS", help="Simulate on a Dask cluster, such as tcp://host:8786.")
@click.option("--yes", is_flag=True, help="Agree to simulations that take hours.")
@click.option(
    "--designs", help="Designs to compare with today's, with commas between; instead of those of client.yaml."
)
@click.option("--set", "changes", multiple=True, metavar="PATH=VALUE", help="Set a parameter; see simkit params.")
@click.option("--chapters", help="Only these chapters, with commas between.")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="Where the run's folder goes.")
@_language_option
@_debug_option
def run(**options: Any) -> None:
    """Make the report on CLIENT, a name or a folder: diagnosis, customer value, comparison of organisations."""
    from simkit.commands import run_client

    run_client(**options)


@commands.command()
@_client_argument
@_language_option
@_debug_option
def init(client: str, lang: Language | None, debug: bool) -> None:
    """Make the folder of a new CLIENT from the template."""
    from simkit.commands import make_client

    make_client(client, lang or spoken_language())


@commands.command()
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@_language_option
@_debug_option
def demo(folder: Path | None, lang: Language | None, debug: bool) -> None:
    """Copy the demo client to client_data/demo in FOLDER (default: here), to try simkit on it."""
    from simkit.demo_command import copy_demo

    copy_demo(folder, lang or spoken_language())


@commands.command()
@_client_argument
@_language_option
@_debug_option
def check(client: str, lang: Language | None, debug: bool) -> int:
    """Show what was found in the data of CLIENT, worst first, and how far it reaches."""
    from simkit.commands import check_data

    return check_data(client, lang)


@commands.command()
@_client_argument
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of all draws.")
@click.option("--jobs", type=click.IntRange(1, MOST_JOBS), help="Processes; default: all cores.")
@_language_option
@_debug_option
def calibrate(client: str, seed: int, jobs: int | None, lang: Language | None, debug: bool) -> None:
    """Fit the model to what CLIENT's data show today, tell how well it fits, and keep it for later runs."""
    from simkit.calibrate_command import calibrate_client

    calibrate_client(client, seed=seed, jobs=jobs, lang=lang)


@commands.command()
@_client_argument
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="Where the files go.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of all draws.")
@_language_option
@_debug_option
def export(client: str, output: Path | None, seed: int, lang: Language | None, debug: bool) -> None:
    """Write class, score, service level and action of each customer of CLIENT for its CRM, as CSV and Excel."""
    from simkit.export_command import export_score

    export_score(client, output=output, seed=seed, lang=lang)


@commands.command()
@_client_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--runs", is_flag=True, help="Delete only what is kept between runs, such as finished simulations.")
@click.option("--force", is_flag=True, help="Needed for the demo client, which belongs to the project.")
@_language_option
@_debug_option
def purge(client: str, yes: bool, runs: bool, force: bool, lang: Language | None, debug: bool) -> None:
    """Delete everything that is held of CLIENT, or with --runs only what can be made again, and say what was deleted."""
    from simkit.commands import delete_client, delete_kept

    if runs:
        delete_kept(client, lang or spoken_language(client=client))
    else:
        delete_client(client, lang or spoken_language(client=client), yes=yes, force=force)


@commands.command()
@click.argument("words", nargs=-1)
@click.option("--design", default="", help="Show them as this design sets them.")
@click.option("--scenario", "scenarios", multiple=True, help="Put this scenario on them; can be repeated.")
@click.option("--lever", "levers", multiple=True, help="Put this lever on them; can be repeated.")
@click.option(
    "--client",
    default="",
    callback=_note_client,
    help="Use the designs, scenarios, levers and assumptions of this client.",
)
@click.option("--csv", "machine", is_flag=True, help="As CSV, for other programs.")
@_language_option
@_debug_option
def params(words: tuple[str, ...], client: str, machine: bool, lang: Language | None, **options: Any) -> None:
    """List the parameters of the simulation, or those whose name, label or source holds all WORDS."""
    from simkit.commands import list_parameters
    from simkit.intake.folder import folder_of
    from simkit.report.parameter_list import Overlays

    del options["debug"]
    overlays = Overlays(folder=folder_of(client) if client else None, **options)
    list_parameters(words, overlays, lang or spoken_language(client=client), machine=machine)


@commands.group(cls=Commands)
def workshop() -> None:
    """Ask people what makes a customer valuable: Excel questionnaires out, answers in."""


@workshop.command("new")
@_client_argument
@click.option("--for", "people", multiple=True, metavar="NAME;DEPARTMENT", help="One file for each; can be repeated.")
@click.option(
    "--customers", type=click.IntRange(min=0), default=15, show_default=True, help="How many customers are to be rated."
)
@click.option("--industry", help="Criteria of this industry instead of that in client.yaml.")
@_language_option
@_debug_option
def workshop_new(client: str, debug: bool, **options: Any) -> None:
    """Write the questionnaire for CLIENT into its folder workshop, as a blank or one for each named participant."""
    from simkit.workshop_commands import make_questionnaires

    make_questionnaires(client, **options)


@workshop.command("read")
@_client_argument
@click.option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Where the files are.")
@_language_option
@_debug_option
def workshop_read(client: str, folder: Path | None, lang: Language | None, debug: bool) -> None:
    """Read all filled questionnaires of CLIENT, show what was found, and keep what was valid for the next run."""
    from simkit.workshop_commands import read_questionnaires

    read_questionnaires(client, folder, lang)


@commands.command()
@_language_option
@_debug_option
def doctor(lang: Language | None, debug: bool) -> int:
    """Check this installation: versions, folders, fonts, and whether a notebook kernel starts."""
    from simkit.commands import examine

    return examine(lang or spoken_language())


@commands.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@_debug_option
def lab(arguments: tuple[str, ...], debug: bool) -> int:
    """Open the notebooks in JupyterLab, with its news and update checks switched off."""
    from simkit.commands import open_lab

    return open_lab(arguments)
