"""`simkit run`: makes the report on a client and tells where it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simkit.cli.options import client_argument, debug_option, jobs_option, language_option, output_option, seed_option
from simkit.cli.terminal import TerminalReporter, console
from simkit.foundation.errors import UsageError
from simkit.foundation.text import Language, Text, did_you_mean

if TYPE_CHECKING:
    from simkit.report.dossier import Settings
    from simkit.report.run import RunResult

DEPTHS = ("normal", "full")
MOST_WORLDS = 10_000  # more tell nothing that is worth the days they take


@click.command("run")
@client_argument
@click.option("--quick", is_flag=True, help="A draft: 4 worlds per scenario.")
@click.option("--depth", type=click.Choice(DEPTHS), default="normal", show_default=True, help="How much is simulated.")
@seed_option
@click.option("--reps", type=click.IntRange(2, MOST_WORLDS), help="Worlds per scenario; default 12, with --quick 4.")
@click.option(
    "--precision",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Add worlds until profit differences are known to this share of profit, such as 0.02.",
)
@click.option(
    "--budget", type=click.IntRange(3, MOST_WORLDS), help="Most worlds per scenario with --precision; default 100."
)
@jobs_option
@click.option("--cluster", default="", metavar="ADDRESS", help="Simulate on a Dask cluster, such as tcp://host:8786.")
@click.option("--yes", is_flag=True, help="Agree to simulations that take hours.")
@click.option(
    "--designs", help="Designs to compare with today's, with commas between; instead of those of client.yaml."
)
@click.option("--set", "changes", multiple=True, metavar="PATH=VALUE", help="Set a parameter; see simkit params.")
@click.option("--chapters", help="Only these chapters, with commas between.")
@output_option("Where the run's folder goes.")
@language_option
@debug_option
def command(**options: Any) -> None:
    """Make the report on CLIENT, a name or a folder: diagnosis, customer value, comparison of organisations."""
    run_client(**options)


def run_client(
    *,
    client: str,
    quick: bool,
    depth: str,
    seed: int,
    reps: int | None,
    precision: float | None,
    budget: int | None,
    jobs: int | None,
    cluster: str,
    yes: bool,
    designs: str | None,
    changes: Sequence[str],
    chapters: str | None,
    output: Path | None,
    lang: Language | None,
    debug: bool,
) -> None:
    """Make the report on one client and tell where it is."""
    from simkit.intake.config import load_config
    from simkit.intake.folder import project_root
    from simkit.report.dossier import Settings, depth_named, folder_of, listed
    from simkit.report.run import RunOrder, run_report
    from simkit.report.settings_by_hand import parsed_changes

    root, folder = project_root(), folder_of(client)
    settings = Settings(
        seed=seed,
        replications=reps or 0,
        depth=depth_named("quick" if quick else depth),
        jobs=jobs,
        cluster=cluster,
        confirmed=yes,
        precision=precision,
        budget=budget,
        designs=known_designs(designs, folder),
        changes=parsed_changes(changes),
        chapters=listed(chapters or ""),
    )
    language = lang or load_config(folder).language
    order = RunOrder(folder=folder, root=root, settings=settings, language=lang, output=output)
    with TerminalReporter(language) as reporter:
        result = run_report(order, reporter)
    _tell_result(result, settings)


def _tell_result(result: RunResult, settings: Settings) -> None:
    language, screen = result.language, console()
    if result.headline:
        screen.print(f"\n{result.headline}", soft_wrap=True)
    for block in result.left_out:
        left_out = Text(de="Ausgelassen", en="Left out").to(language)
        end = "" if block.title.endswith(("?", "!", ".")) else "."
        screen.print(f"{left_out}: {block.title}{end} {block.content['reason']}", soft_wrap=True)
    seconds = sum(result.seconds.values())
    done = Text(de="Bericht nach {s} Sekunden:", en="Report after {s} seconds:").fill(s=f"{seconds:.0f}")
    screen.print(f"\n{done.to(language)}")
    click.echo(str(result.report))  # not through rich, which would break a long path into two lines


def known_designs(written: str | None, folder: Path) -> tuple[str, ...]:
    """Return the designs of a list with commas between, shipped or the client's own, today's organisation first.

    Raises
    ------
    UsageError
        For an empty list, or a design that does not exist; it names the nearest ones.
    """
    from simkit.model.overlays import names_of
    from simkit.report.dossier import listed

    if written is None:
        return ()
    names, existing = listed(written), names_of("designs", folder)
    if not names:
        raise UsageError(
            Text(de="Es ist keine Organisation genannt.", en="No organisation is named."),
            "--designs",
            did_you_mean("", existing),
        )
    for name in names:
        if name not in existing:
            raise UsageError(
                Text(de=f"Die Organisation '{name}' gibt es nicht.", en=f"There is no organisation '{name}'."),
                "--designs",
                did_you_mean(name, existing),
            )
    return tuple(dict.fromkeys(("baseline", *names)))
