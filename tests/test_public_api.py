"""The package offers its public API by name, loads it when it is first used, and stays light before."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys

import pytest

import simkit


@pytest.mark.parametrize("name", simkit.__all__)
def test_every_offered_name_is_the_thing_of_its_module(name: str) -> None:
    found = getattr(simkit, name)

    assert name == "__version__" or found.__name__ == name
    assert name in dir(simkit)


def test_type_checkers_see_the_names_that_are_offered() -> None:
    block = next(node for node in ast.parse(inspect.getsource(simkit)).body if isinstance(node, ast.If))
    seen = {alias.name for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}

    assert seen | {"__version__"} == set(simkit.__all__)


def test_a_name_that_is_not_offered_is_an_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'load_clients'"):
        simkit.load_clients  # noqa: B018


def test_importing_the_package_loads_none_of_its_layers() -> None:
    code = "import sys, simkit; print(*sorted(m for m in sys.modules if m.startswith('simkit.')))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert {name.split(".")[1] for name in loaded} == {"foundation"}
