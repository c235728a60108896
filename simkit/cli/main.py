"""The entry of the command line: finds the command that was typed and ends with its exit code.

A command's file is imported when it is called or listed; everything heavy is imported inside the commands, so that help
and mistakes are answered at once.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence

import click

from simkit.cli.options import LazyCommands, usage_error
from simkit.cli.terminal import former_names_told, speak_utf8, spoken_language
from simkit.foundation.errors import Interrupted, SimkitError, UsageError
from simkit.foundation.paths import VERSION
from simkit.foundation.text import Language, Text

DEBUG = "--debug"
COMMANDS = (
    "calibrate",
    "check",
    "demo",
    "doctor",
    "export",
    "init",
    "lab",
    "params",
    "plan",
    "purge",
    "render",
    "run",
    "workshop",
)
"""Each has its file, ``<name>_command.py`` beside this one, which holds it as ``command``."""


@click.group(
    cls=LazyCommands,
    names=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(VERSION, prog_name="simkit")
def commands() -> None:
    """Diagnose and redesign a sales organisation from a client's own exports."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code.

    0 is done, 1 a failed report, 2 a wrong command, option or configuration, 3 the client's data, 4 privacy,
    130 stopped.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    _one_thread_of_algebra()
    _end_like_an_interrupt()
    speak_utf8()
    sys.exit(_run(words))


def _one_thread_of_algebra() -> None:
    """Let numpy's algebra use one thread in this process and in all that it starts; a user's own setting stays.

    Matrices are small here and the processors busy with processes: threads that wait for each other take up to ten times as
    long. It is read when numpy is loaded, which no command has done yet.
    """
    for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(variable, "1")


def _end_like_an_interrupt() -> None:
    """Let a request to end (a closed terminal window, a shutdown) tidy up like Ctrl-C."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _run(words: list[str]) -> int:
    about: dict[str, str] = {}  # filled in by the command, so that what goes wrong is reported in its client's language
    try:
        with former_names_told(lambda: spoken_language(words, **about)):
            result = commands.main(args=words, prog_name="simkit", standalone_mode=False, obj=about)
    except (KeyboardInterrupt, click.Abort):
        return _tell(Interrupted(Text(de="Abgebrochen.", en="Stopped.")), spoken_language(words, **about))
    except SimkitError as error:
        return _tell(error, spoken_language(words, **about), trace=DEBUG in words)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return UsageError.exit_code
    except click.UsageError as error:
        return _tell(usage_error(error), spoken_language(words, **about))
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
    from simkit.report.run.run_folder import disk_error

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
