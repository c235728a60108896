"""The documents are true: the glossary is that of the catalogues, links lead somewhere, nothing speaks of a machine."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import simkit
from simkit.extras.docs_pages.glossary_page import PAGE, glossary_page


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
