"""Do a module's own tests notice when the module is changed? A comparison, an operator or a constant at a time.

Takes cosmic-ray for the changes (``pip install cosmic-ray``). A change lives in the memory of a forked process only; no file
is written. Runs where processes can be forked: Linux and macOS.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.machinery
import importlib.util
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType

import numpy as np
from machine import say

PROJECT = Path(__file__).resolve().parent.parent
MUTANTS, WANTED = 200, 0.90
SEED = 2026
TIMEOUT_S = 240.0
TARGETS: dict[str, tuple[str, ...]] = {
    "study/advice/verdict": ("study/test_verdict.py",),
    "study/paired_comparison": ("study/test_paired_comparison.py",),
    "study/comparison/lever_return": ("study/test_lever_return.py",),
    "value/service/allocation": ("value/test_allocation.py",),
    "value/score/customer_score": ("value/test_score.py",),
    "value/score/value_functions": ("value/test_value_functions.py",),
    "effort/small_cells": ("effort/test_small_cells.py",),
    "intake/reading/numbers": ("intake/test_numbers.py",),
    "intake/reading/dates": ("intake/test_dates.py",),
    "intake/privacy/disclosure": ("intake/test_disclosure.py",),
    "model/engine/dispatcher": ("model/test_dispatcher.py",),
    "model/engine/customer_response": ("model/test_customer_response_by_hand.py", "model/test_customer_response.py"),
    "model/rules/staffing": (
        "model/test_staffing_by_hand.py",
        "model/test_staffing.py",
        "model/test_staffing_additional_posts.py",
    ),
    "value/lifetime/histories": ("value/lifetime/test_histories.py",),
}
"""Module: its own tests."""
COMPARISONS = (
    ("Lt", "LtE"), ("LtE", "Lt"), ("Gt", "GtE"), ("GtE", "Gt"), ("Lt", "GtE"), ("LtE", "Gt"), ("Gt", "LtE"), ("GtE", "Lt"),
    ("Eq", "NotEq"), ("NotEq", "Eq"), ("Is", "IsNot"), ("IsNot", "Is"),
)  # fmt: skip
BINARY = {"Add": "Sub", "Sub": "Add", "Mul": "Div", "Div": "Mul", "FloorDiv": "Mul", "Mod": "Mul", "Pow": "Mul"}
OPERATORS = (
    *(f"core/ReplaceComparisonOperator_{old}_{new}" for old, new in COMPARISONS),
    *(f"core/ReplaceBinaryOperator_{old}_{new}" for old, new in BINARY.items()),
    "core/ReplaceUnaryOperator_Delete_USub", "core/ReplaceUnaryOperator_Delete_Not", "core/ReplaceAndWithOr",
    "core/ReplaceOrWithAnd", "core/ReplaceTrueWithFalse", "core/ReplaceFalseWithTrue", "core/NumberReplacer",
)  # fmt: skip
_ALLOCATION, _LEVERS = "value/service/allocation", "study/comparison/lever_return"
_EDGE = "the edge is halved down to a part in 10¹⁴ of the total"
_MOVES = """moves = " ".join(f"{name}{'+' if way > 0 else '-'}" for name, way in one.moves.items())"""
_WAY = "a lever raises (1) or lowers (−1), nothing between"
_DATES, _DISPATCHER, _RESPONSE = "intake/reading/dates", "model/engine/dispatcher", "model/engine/customer_response"
_MONTH = (
    'month = parts["word"].str.lower().map(lambda word: next((n for k, n in _MONTHS.items() if word.startswith(k)), 0))'
)
_WAKE = "def wake(self, unit: Unit, after: int = -1) -> None:"
_FIRST = "elif person.slot > after and (first is None or person.slot < first.slot):"
_PICKING = "picking = sorted(ready, key=_by_slot) if len(ready) > 1 else [*ready]"
_SINCE = "if task.key[1] <= before and (best is None or task.key < best.key) and effort_of(task, person) <= room_h:"
_FITTING = "if task.content_h <= room_h and task.state == WAITING and (best is None or entry < best):"
_HEADS = "if not second or first[0][0] <= second[0][0]:"
_CHANNELS = 'self.channel_loss = (0.0, v("reaction.moved_loss_share"), v("reaction.dropped_loss_share"))'
_PAIRS = (
    "for spec, need in zip(rules.care, needed, strict=True)",
    "for decay, need in zip(self.decay, needed, strict=True)",
    "for segment, part in zip(self.segment, phase.tolist(), strict=True):",
)
_NO_TWO = "no two tasks of a queue have the same key, and no two people at work the same post"
SAME: dict[tuple[str, str, str], str] = {
    (_LEVERS, _MOVES, _MOVES.replace("> 0", ">= 0")): _WAY,
    (_LEVERS, _MOVES, _MOVES.replace("> 0", "> -1")): _WAY,
    (_ALLOCATION, "POINTS = 400", "POINTS = 401"): "the grid is where Newton's steps begin",
    (_ALLOCATION, "POINTS = 400", "POINTS = 399"): "the grid is where Newton's steps begin",
    (_ALLOCATION, "PRICES = 60.0", "PRICES = 61.0"): "the price is found within either",
    (_ALLOCATION, "PRICES = 60.0", "PRICES = 59.0"): "the price is found within either",
    (
        _ALLOCATION,
        "for _ in range(2):",
        "for _ in range( 3):",
    ): "two of Newton's steps reach the precision of the machine",
    (_ALLOCATION, "for _ in range(50):", "for _ in range( 51):"): _EDGE,
    (_ALLOCATION, "for _ in range(50):", "for _ in range( 49):"): _EDGE,
    (_ALLOCATION, "if need <= left:", "if need < left:"): "an allowance for rounding lies between the two",
    (
        _ALLOCATION,
        "useful = max(int(np.ceil(curve.threshold / each)), given + 1)",
        "useful = max(int(np.ceil(curve.threshold / each)), given + 2)",
    ): "past the threshold two contacts never bring more on average than the first of them",
    (_DATES, _MONTH, _MONTH.replace("), 0))", "), -1))")): "neither is a month",
    (_DISPATCHER, _WAKE, _WAKE.replace("-1", "- 2")): "posts are numbered from 0",
    (_DISPATCHER, _FIRST, _FIRST.replace("slot < first", "slot <= first")): _NO_TWO,
    (_DISPATCHER, _PICKING, _PICKING.replace("> 1", ">= 1")): "one alone needs no order",
    (_DISPATCHER, _PICKING, _PICKING.replace("> 1", "> 0")): "one alone needs no order",
    (_DISPATCHER, _SINCE, _SINCE.replace("key < best", "key <= best")): _NO_TWO,
    (_DISPATCHER, _FITTING, _FITTING.replace("entry < best", "entry <= best")): _NO_TWO,
    (_DISPATCHER, _HEADS, _HEADS.replace("<=", "<")): _NO_TWO,
    (_RESPONSE, _CHANNELS, _CHANNELS.replace("0.0", " 1.0")): "customers of our own staff are not asked",
    (_RESPONSE, _CHANNELS, _CHANNELS.replace("0.0", " -1.0")): "customers of our own staff are not asked",
    **{(_RESPONSE, pair, pair.replace("True", "False")): "both are as long" for pair in _PAIRS},
}  # fmt: skip
"""Changes that change nothing: (module, line as it stands, line as changed): why. They are not counted."""
PRELOADED = ("pandas", "scipy.stats", "scipy.optimize", "statsmodels.api", "pydantic", "pytest", "yaml", "simpy")


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A module with one place changed."""

    module: str
    """As in :data:`TARGETS`."""
    line: int
    before: str
    after: str
    """The line as it stands, and as changed."""
    code: str
    """The whole changed module."""

    @property
    def reason(self) -> str:
        """Why the change changes nothing; empty where it does."""
        return SAME.get((self.module, self.before, self.after), "")

    def __str__(self) -> str:
        """The place and the change."""
        return f"{self.module}.py:{self.line}: {self.before}  →  {self.after}"


def mutants_of(module: str) -> list[Mutant]:
    """Return every change of a module that the operators know of, but for those of annotations, docstrings and declarations."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    source = (PROJECT / "simkit" / f"{module}.py").read_text(encoding="utf-8")
    nodes = list(ast_nodes(get_ast(source)))
    found = []
    for name in OPERATORS:
        operator = get_operator(name)()
        count = sum(len(list(operator.mutation_positions(node))) for node in nodes)
        for occurrence in range(count):
            code = mutate_code(source, operator, occurrence)
            if code is not None and (mutant := _mutant(module, source, code)) is not None:
                found.append(mutant)
    return found


def _mutant(module: str, source: str, code: str) -> Mutant | None:
    pairs = zip(source.splitlines(), code.splitlines(), strict=False)
    for number, (before, after) in enumerate(pairs, start=1):
        if before != after:
            if before.startswith("@dataclass(") or _declared(source) != _declared(code):
                return None
            return Mutant(module=module, line=number, before=before.strip(), after=after.strip(), code=code)
    return None


def _declared(code: str) -> int:
    """Count the arguments that can be given by position only; -1 where the ``*`` of an unpacking was changed: no Python."""
    try:
        return sum(len(node.posonlyargs) for node in ast.walk(ast.parse(code)) if isinstance(node, ast.arguments))
    except SyntaxError:
        return -1


def drawn(count: int, modules: Sequence[str], seed: int) -> list[Mutant]:
    """Draw changes from the modules, as evenly as their sizes allow."""
    rng = np.random.default_rng(seed)
    shuffled = {}
    for module in modules:
        mutants = mutants_of(module)
        shuffled[module] = [mutants[place] for place in rng.permutation(len(mutants))]
    chosen: list[Mutant] = []
    while len(chosen) < count and any(shuffled.values()):
        for mutants in shuffled.values():
            if mutants and len(chosen) < count:
                chosen.append(mutants.pop())
    return chosen


class _Changed(importlib.machinery.SourceFileLoader):
    """Loads a module from changed code under its own name and place."""

    def __init__(self, name: str, path: str, code: str) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        """Return the changed code, compiled."""
        return compile(self._code, self.path, "exec", dont_inherit=True)


class _Finder:
    """Finds one module in its changed form."""

    def __init__(self, name: str, path: str, code: str) -> None:
        self._name, self._path, self._code = name, path, code

    def find_spec(self, name: str, path: object = None, target: ModuleType | None = None) -> object:
        """Return where the module comes from; None for all others."""
        if name != self._name:
            return None
        loader = _Changed(name, self._path, self._code)
        return importlib.util.spec_from_file_location(name, self._path, loader=loader)


def _tested(module: str, code: str) -> None:
    """Run a module's tests on changed code and leave with their exit code; in a process of its own."""
    import pytest

    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.chdir(PROJECT)
    sys.path.insert(0, str(PROJECT))
    name = f"simkit.{module.replace('/', '.')}"
    sys.meta_path.insert(0, _Finder(name, str(PROJECT / "simkit" / f"{module}.py"), code))  # type: ignore[arg-type]
    paths = [str(PROJECT / "tests" / path) for path in TARGETS[module]]
    os._exit(int(pytest.main(["-q", "-x", "-n", "0", "-p", "no:cacheprovider", *paths])))


def passes(module: str, code: str) -> bool:
    """Tell whether a module's tests pass on a code; a run that does not end counts as noticed."""
    process = multiprocessing.get_context("fork").Process(target=_tested, args=(module, code))
    process.start()
    process.join(TIMEOUT_S)
    if process.is_alive():
        process.kill()
        process.join()
        return False
    return process.exitcode == 0


def _noticed(mutant: Mutant) -> tuple[Mutant, bool]:
    return mutant, not passes(mutant.module, mutant.code)


def outcomes(mutants: Sequence[Mutant], jobs: int) -> Iterator[tuple[Mutant, bool]]:
    """Yield every change with whether the tests noticed it, as they come."""
    with ThreadPoolExecutor(jobs) as pool:  # each thread waits for a process
        yield from pool.map(_noticed, mutants)


def main() -> None:
    """Print the changes that nobody noticed; leave with 1 when they are more than a tenth."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--mutants", type=int, default=MUTANTS)
    options.add_argument("--only", nargs="*", default=list(TARGETS), help="modules, as in TARGETS")
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    chosen = options.parse_args()
    for name in PRELOADED:
        importlib.import_module(name)
    for module in chosen.only:
        if not passes(module, (PROJECT / "simkit" / f"{module}.py").read_text(encoding="utf-8")):
            sys.exit(f"The tests of {module} do not pass as they are.")
    started = time.perf_counter()
    mutants = drawn(chosen.mutants, chosen.only, chosen.seed)
    same = [one for one in mutants if one.reason]
    real = [one for one in mutants if not one.reason]
    counts: dict[str, list[bool]] = {module: [] for module in chosen.only}
    for mutant, noticed in outcomes(real, chosen.jobs):
        counts[mutant.module].append(noticed)
        if not noticed:
            say(f"not noticed: {mutant}")
    for one in same:
        say(f"changes nothing: {one}  ({one.reason})")
    for module, found in counts.items():
        say(f"{module:<36} {sum(found)} of {len(found)}")
    total, noticed_in_all = len(real), sum(map(sum, counts.values()))
    share = noticed_in_all / max(total, 1)
    say(
        f"noticed {noticed_in_all} of {total} ({share:.0%}, wanted {WANTED:.0%}); {time.perf_counter() - started:.0f} s wall"
    )
    sys.exit(0 if share >= WANTED else 1)


if __name__ == "__main__":
    main()
