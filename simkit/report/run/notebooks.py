"""Run one notebook: check its parameters, execute it in a kernel, and keep it only when every cell has worked."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from simkit.foundation.errors import RunError, SimkitError, UsageError
from simkit.foundation.text import Text, did_you_mean, same

if TYPE_CHECKING:
    from simkit.report.run.kernels import Kernel

ERROR_MIME = "application/vnd.simkit.error+json"
PLAIN_TYPES: Mapping[str, type] = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}
UNTYPED = "None"  # what papermill calls the type of a parameter without an annotation, such as one that may be None

Parameter = str | int | float | bool | list[Any] | dict[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class Declared:
    """One parameter that a notebook declares in its parameters cell."""

    name: str
    kind: str
    """Its annotation, such as str, float or list[str]; `UNTYPED` for none."""
    default: str
    """The default as source text."""


def declared_parameters(notebook: Path) -> dict[str, Declared]:
    """Return what a notebook's parameters cell declares, by name."""
    with _quiet() as papermill:
        found = papermill.inspect_notebook(_braces_kept(notebook))
    return {
        name: Declared(name=name, kind=str(entry["inferred_type_name"]), default=str(entry["default"]))
        for name, entry in found.items()
    }


def check_parameters(notebook: Path, parameters: Mapping[str, object]) -> None:
    """Refuse parameters that the notebook does not declare, or that are of another type.

    papermill itself only logs an unknown parameter and runs on, so that a typing error gives a wrong report.

    Raises
    ------
    UsageError
        For the first parameter that does not fit; it names the nearest ones.
    """
    declared = declared_parameters(notebook)
    for name, value in parameters.items():
        if name not in declared:
            raise UsageError(
                Text(de=f"Das Notebook hat keinen Parameter '{name}'.", en=f"The notebook has no parameter '{name}'."),
                notebook.name,
                did_you_mean(name, declared),
            )
        _check_type(notebook, declared[name], value)


def _check_type(notebook: Path, declared: Declared, value: object) -> None:
    wanted = PLAIN_TYPES.get(declared.kind.partition("[")[0])
    fits = type(value) is wanted or (wanted is float and type(value) is int)
    if wanted is None or fits:
        return
    raise UsageError(
        Text(
            de=f"Parameter '{declared.name}' erwartet {declared.kind}, gegeben ist {value!r}.",
            en=f"Parameter '{declared.name}' takes {declared.kind}, but {value!r} was given.",
        ),
        notebook.name,
        Text(de=f"Vorgabe ist {declared.default}.", en=f"The default is {declared.default}."),
    )


def run_notebook(
    notebook: Path, target: Path, parameters: Mapping[str, Parameter], kernel: Kernel | None = None
) -> dict[str, Any]:
    """Execute a notebook and keep the executed one at `target`.

    The file appears at its place only when all cells have worked; a failed notebook is kept beside it as
    ``*.failed.ipynb``, which nothing reads.

    Parameters
    ----------
    notebook : Path
        The notebook without outputs.
    parameters : mapping
        Values for its parameters cell.
    kernel : Kernel, optional
        Where to execute it; by default in a kernel of its own, which then ends.

    Returns
    -------
    mapping
        The executed notebook, as nbformat holds it.

    Raises
    ------
    UsageError
        When a parameter does not fit the notebook.
    SimkitError
        The error that a cell raised, when it is one that a user can mend.
    RunError
        When a cell failed in any other way, or the kernel died.
    """
    check_parameters(notebook, parameters)
    return dict(_execute(notebook, target, parameters, kernel))


def without_paths(executed: Path, shown: Mapping[str, str]) -> None:
    """Write other words in place of the folders of this machine into an executed notebook, so that it can be handed on.

    Parameters
    ----------
    shown : mapping of str to str
        Folder: what stands in its place; a folder inside another one goes first.
    """
    text = executed.read_text(encoding="utf-8")
    for folder in sorted(shown, key=len, reverse=True):
        for written in (json.dumps(json.dumps(folder)[1:-1])[1:-1], json.dumps(folder)[1:-1]):
            text = text.replace(written, shown[folder])
    executed.write_text(text, encoding="utf-8")


def _execute(notebook: Path, target: Path, parameters: Mapping[str, Parameter], kernel: Kernel | None) -> Any:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    partial, failed = target.with_suffix(".partial.ipynb"), target.with_suffix(".failed.ipynb")
    target.parent.mkdir(parents=True, exist_ok=True)
    with _quiet() as papermill:
        try:
            if kernel is not None:
                kernel.tell(kernel.begin)
            executed = _papermill_run(papermill, notebook, partial, parameters, kernel)
        except papermill.PapermillExecutionError as error:
            partial.replace(failed)
            raise _cell_error(failed, notebook, error) from error
        except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
            raise _dead_kernel(notebook, error) from error
    partial.replace(target)
    return executed


def _papermill_run(
    papermill: ModuleType, notebook: Path, partial: Path, parameters: Mapping[str, Parameter], kernel: Kernel | None
) -> Any:
    from simkit.report.run.kernels import START_LIMIT_S, CurrentPython, kernel_config

    try:
        return papermill.execute_notebook(
            _braces_kept(notebook),
            _braces_kept(partial),
            dict(parameters),
            progress_bar=False,
            request_save_on_cell_execute=False,
            kernel_name="python3",
            start_timeout=START_LIMIT_S,
            kernel_manager_class=CurrentPython,
            km=None if kernel is None else kernel.manager,
            config=kernel_config(),
            resources={"metadata": {"path": str(Path.cwd())}},  # so that the kernel finds the same workspace
        )
    finally:
        if kernel is not None:
            kernel.close_clients()


def _braces_kept(path: Path) -> str:
    """Return a path as papermill wants it, which fills in everything that stands in braces."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _cell_error(failed: Path, notebook: Path, error: Any) -> SimkitError:
    """Return the message of the cell itself; a cell that raised one of simkit's errors left it in its outputs."""
    for cell in json.loads(failed.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            document = output.get("data", {}).get(ERROR_MIME)
            if document:
                return from_document(document)
    return RunError(
        Text(
            de=f"Zelle {error.exec_count} des Notebooks ist gescheitert: {error.ename}: {error.evalue}",
            en=f"Cell {error.exec_count} of the notebook failed: {error.ename}: {error.evalue}",
        ),
        notebook.name,
        Text(
            de="Mit --debug erscheint der ganze Ablauf; bitte mit der Meldung an die Entwicklung geben.",
            en="--debug shows the whole traceback; please pass it on to the developers.",
        ),
    )


def _dead_kernel(notebook: Path, error: Exception) -> RunError:
    return RunError(
        Text(
            de=f"Der Rechenkern des Notebooks ist abgebrochen ({error}).",
            en=f"The kernel of the notebook stopped ({error}).",
        ),
        notebook.name,
        Text(
            de="Meist fehlt Arbeitsspeicher: andere Programme schließen, --jobs 1 oder --quick versuchen.",
            en="Most often memory ran out: close other programs, try --jobs 1 or --quick.",
        ),
    )


def to_document(error: SimkitError) -> dict[str, Any]:
    """Return an error as JSON can hold it, so that it can leave the kernel in a cell's output."""
    known = next(kind for kind in type(error).__mro__ if kind.__module__ == SimkitError.__module__)
    return {
        "type": known.__name__,
        "what": [error.what.de, error.what.en],
        "where": error.where,
        "remedy": [error.remedy.de, error.remedy.en],
    }


def from_document(document: Mapping[str, Any]) -> SimkitError:
    """Return the error that :func:`to_document` wrote."""
    from simkit.foundation import errors

    kind = getattr(errors, document["type"], RunError)
    what, remedy = document["what"], document["remedy"]
    error = kind(Text(de=what[0], en=what[1]), document["where"], Text(de=remedy[0], en=remedy[1]))
    return error if isinstance(error, SimkitError) else RunError(same(str(error)))


@contextmanager
def _quiet() -> Iterator[ModuleType]:
    """Yield papermill, imported without the schema grammars that it never uses and silent on the console."""
    if "papermill" not in sys.modules:
        sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import papermill

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    yield papermill
