"""The documents are true: the glossary is that of the catalogues, links lead somewhere, nothing speaks of a machine."""

from __future__ import annotations

import re
from pathlib import Path

from simkit.report.glossary_page import PAGE, glossary_page


def test_the_glossary_is_that_of_the_catalogues() -> None:
    current = PAGE.read_text(encoding="utf-8")

    assert current == glossary_page(), "run: python -m simkit.report.glossary_page"


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
