"""The documents are true: the glossary is that of the catalogues, links lead somewhere, nothing speaks of a machine."""

from __future__ import annotations

import fnmatch
import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import click
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import simkit
from simkit.cli import main as cli
from simkit.extras.docs_pages.glossary_page import PAGE, glossary_page
from simkit.intake.settings.schemas import TABLES
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.thresholds import thresholds


def test_the_glossary_is_that_of_the_catalogues() -> None:
    current = PAGE.read_text(encoding="utf-8")

    assert current == glossary_page(), "run: python -m simkit.extras.docs_pages.glossary_page"


def test_links_between_documents_lead_to_files(project: Path) -> None:
    for file in (*project.glob("*.md"), *project.glob("docs/*.md"), *project.glob("benchmarks/*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", file.read_text(encoding="utf-8")):
            assert (file.parent / target).exists(), f"{file.name}: {target}"


def test_the_readme_has_two_setup_commands_that_ci_can_read(project: Path) -> None:
    lines = (project / "README.md").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line.startswith("python3 -m venv ")]

    assert len(commands) == 2
    assert all("-c constraints.txt" in command for command in commands)


def test_constraints_name_exact_versions_and_no_address(project: Path) -> None:
    lines = (project / "constraints.txt").read_text(encoding="utf-8").split()

    assert lines
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line) for line in lines)


SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    "mac": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
}


@pytest.fixture(scope="module")
def pins(project: Path) -> set[str]:
    """Return the names of all pinned packages."""
    return {canonicalize_name(line.split("==")[0]) for line in (project / "constraints.txt").read_text().split()}


def settings(project: Path) -> dict:
    return tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def needed(project: Path, pins: set[str], environment: dict[str, str]) -> Iterator[str]:
    """Yield what simkit, its tests and every pinned package that is installed here need in an environment."""
    own = settings(project)
    lines = [*own["dependencies"], *own["optional-dependencies"]["test"], *own["optional-dependencies"]["cluster"]]
    for one in metadata.distributions():
        if canonicalize_name(one.metadata["Name"]) in pins:
            lines += one.requires or []
    for requirement in map(Requirement, lines):
        if requirement.marker is None or requirement.marker.evaluate({**environment, "extra": ""}):
            yield canonicalize_name(requirement.name)


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_constraints_pin_what_every_system_and_python_needs(
    project: Path, pins: set[str], system: str, python: str
) -> None:
    environment = {**SYSTEMS[system], "python_version": python, "python_full_version": f"{python}.5"}
    assert set(needed(project, pins, environment)) - pins == set()


def test_every_pin_works_on_the_oldest_python_that_is_promised(project: Path, pins: set[str]) -> None:
    oldest = settings(project)["requires-python"].removeprefix(">=")
    installed = [one for one in metadata.distributions() if canonicalize_name(one.metadata["Name"]) in pins]
    unfit = {
        one.metadata["Name"]: wanted
        for one in installed
        if (wanted := one.metadata.get("Requires-Python")) and oldest not in SpecifierSet(wanted)
    }
    assert installed and unfit == {}
    assert f"Python {oldest} or newer" in (project / "README.md").read_text(encoding="utf-8")


def test_the_citation_is_of_this_version_and_licence(project: Path) -> None:
    citation = yaml.safe_load((project / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == simkit.__version__
    assert citation["license"] == settings(project)["license"] == "MIT"
    assert (project / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


def test_hooks_before_a_commit_ask_no_host_and_call_what_ci_calls(project: Path) -> None:
    repositories = yaml.safe_load((project / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [one["repo"] for one in repositories] == ["local"]
    checked = (project / ".ci" / "run").read_text(encoding="utf-8")
    for hook in repositories[0]["hooks"]:
        assert f".venv/bin/{hook['entry'].removesuffix(' --force-exclude').split(' --')[0]}" in checked


NAMED_FILE = re.compile(r"[\w.-]+\.(py|yaml|ipynb|md|j2|json)")
PARAMETER = re.compile(r"[a-z][a-z_]*(\.([A-Za-z0-9_]+|\*))+")
FOLDERS = ("simkit/", "templates/", "notebooks/", "docs/", "client_data/demo", "tests/", "benchmarks/", ".ci/")
WRITTEN_BY_A_RUN = {"calibration.yaml", "report.html", "run.json", "my_t.yaml", "client.yaml"}
OF_OTHER_PROGRAMS = {"--nthreads", "--nworkers", "--strict", "--no-deps"}
CLASSES_AND_LISTS = re.compile(r"[A-Z][a-z]+[A-Za-z]*[A-Z]\w+|_?[A-Z][A-Z_]{3,}")


def pages(project: Path) -> list[Path]:
    readmes = [
        project / folder / "README.md" for folder in ("reports", "client_data", "benchmarks", "templates/client")
    ]
    return [project / "README.md", project / "CONTRIBUTING.md", *readmes, *sorted((project / "docs").glob("*.md"))]


def spans(page: Path) -> list[str]:
    """Return what a page writes as code inside its sentences."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.findall(r"`([^`\n]+)`", text)


def test_every_file_that_a_page_names_exists(project: Path) -> None:
    known = {file.name for folder in FOLDERS for file in (project / folder).rglob("*")} | WRITTEN_BY_A_RUN
    known |= {file.name for file in project.iterdir()}
    for page in pages(project):
        for span in spans(page):
            if span.startswith(FOLDERS) and not set(span) & set("<*… ") and "::" not in span:
                assert (project / span).exists(), f"{page.name}: {span}"
            elif NAMED_FILE.fullmatch(span):
                assert span in known, f"{page.name}: {span}"


def test_every_class_and_list_that_a_page_names_is_in_the_code(project: Path) -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in (project / "simkit").rglob("*.py"))
    code += "\n".join(file.read_text(encoding="utf-8") for file in (project / "benchmarks").glob("*.py"))
    for page in pages(project):
        for name in (one for span in spans(page) for one in [span.split("(")[0]] if CLASSES_AND_LISTS.fullmatch(one)):
            known = rf"^\s*(class {name}\b|{name}(:.*)? = )|getenv\(.{name}|environ.*{name}"
            assert re.search(known, code, re.MULTILINE) or name == "SIMKIT_SHARED_DATA", f"{page.name}: {name}"


def test_every_parameter_threshold_and_column_that_a_page_names_exists(project: Path) -> None:
    known = [path for path, _ in load_defaults().items()] + [*thresholds()]
    known += [f"{table.name}.{column}" for table in TABLES.values() for column in table.names]
    sections = {path.partition(".")[0] for path in known}
    for page in pages(project):
        for span in spans(page):
            if PARAMETER.fullmatch(span) and span.partition(".")[0] in sections and not NAMED_FILE.fullmatch(span):
                assert fnmatch.filter(known, span), f"{page.name}: {span}"


def test_every_command_and_option_that_a_page_names_exists(project: Path) -> None:
    group = cli.commands
    context = click.Context(group)
    options = {"--help", "--version", "--debug", *OF_OTHER_PROGRAMS}
    for name in cli.COMMANDS:
        command = group.get_command(context, name)
        assert command is not None
        nested = list(getattr(command, "commands", {}).values())
        called_by = [one.get_params(context) for one in (command, *nested)]
        options |= {flag for parameters in called_by for entry in parameters for flag in entry.opts}
    for script in (project / "benchmarks").glob("*.py"):
        options |= set(re.findall(r'"(--[a-z-]+)"', script.read_text(encoding="utf-8")))
    for page in pages(project):
        text = page.read_text(encoding="utf-8")
        called = set(re.findall(r"(?:`|/bin/|\\)simkit ([a-z]+)", text))
        assert called <= set(cli.COMMANDS), f"{page.name}: {called - set(cli.COMMANDS)}"
        written = set(re.findall(r"(?<![-\w])--[a-z][a-z-]*", text))
        assert written <= options, f"{page.name}: {written - options}"
