"""Running notebooks: parameters are checked first, failures are reported in words, nothing half-done is kept."""

import json
import sys
import time
from pathlib import Path

import pytest

from simkit.foundation.errors import DataError, RunError, UsageError
from simkit.report.run import kernels
from simkit.report.run.kernels import Kernel, loop_closed
from simkit.report.run.notebooks import check_parameters, from_document, run_notebook, to_document

PARAMETERS = 'count: int = 1  # how many\nname: str = "x"\nshare: float = 0.5\ndraft: bool = False'


def notebook(folder: Path, *sources: str) -> Path:
    cells = [
        {
            "cell_type": "code",
            "id": f"c{place}",
            "metadata": {"tags": ["parameters"]} if place == 0 else {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for place, source in enumerate((PARAMETERS, *sources))
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = folder / "01 {try}.ipynb"
    document = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_an_unknown_parameter_is_an_error_that_names_the_nearest(tmp_path: Path):
    with pytest.raises(UsageError) as caught:
        check_parameters(notebook(tmp_path), {"cuont": 2})
    assert "no parameter 'cuont'" in caught.value.render("en")
    assert "Meinten Sie 'count'?" in caught.value.render("de")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("values", [{"count": "2"}, {"count": 2.5}, {"count": True}, {"name": 7}, {"draft": 1}])
def test_a_parameter_of_another_type_is_an_error(tmp_path: Path, values):
    with pytest.raises(UsageError, match="takes"):
        check_parameters(notebook(tmp_path), values)


def test_fitting_parameters_pass(tmp_path: Path):
    check_parameters(notebook(tmp_path), {"count": 2, "name": "007", "share": 1, "draft": True})


def test_a_notebook_runs_in_this_python_and_leaves_one_file(tmp_path: Path):
    source = notebook(tmp_path, "import sys; print(sys.executable, count, name)")
    target = tmp_path / "out {x}" / "done.ipynb"
    executed = run_notebook(source, target, {"count": 3})
    assert executed["cells"][-1]["outputs"][0]["text"].split()[0] == sys.executable
    assert executed["cells"][-1]["outputs"][0]["text"].split()[1:] == ["3", "x"]
    assert [path.name for path in target.parent.iterdir()] == ["done.ipynb"]


def test_a_failing_cell_leaves_no_report_and_tells_the_cell_s_own_error(tmp_path: Path):
    source = notebook(tmp_path, "1 / 0")
    with pytest.raises(RunError) as caught:
        run_notebook(source, tmp_path / "out" / "done.ipynb", {})
    assert "ZeroDivisionError: division by zero" in caught.value.render("en")
    assert "Traceback" not in caught.value.render("en")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["done.failed.ipynb"]


def test_an_error_that_a_user_can_mend_leaves_the_kernel_whole(tmp_path: Path):
    source = notebook(
        tmp_path,
        "from simkit.foundation.errors import DataError\n"
        "from simkit.foundation.text import Text\n"
        "from simkit.report.run.notebook_session import show_errors_plainly\n"
        "show_errors_plainly('de')\n"
        "raise DataError(Text(de='kaputt', en='broken'), 'a.csv', 'mend it')",
    )
    with pytest.raises(DataError) as caught:
        run_notebook(source, tmp_path / "out" / "done.ipynb", {})
    assert (caught.value.what.de, caught.value.where, caught.value.remedy.en) == ("kaputt", "a.csv", "mend it")
    failed = (tmp_path / "out" / "done.failed.ipynb").read_text(encoding="utf-8")
    assert "Wo: a.csv" in failed


def test_a_killed_kernel_is_reported_in_words(tmp_path: Path):
    source = notebook(tmp_path, "import os; os._exit(9)")
    with pytest.raises(RunError, match="kernel of the notebook stopped"):
        run_notebook(source, tmp_path / "out" / "done.ipynb", {})
    assert not (tmp_path / "out" / "done.ipynb").exists()


def test_an_error_survives_the_way_through_a_notebook():
    class Special(DataError):
        """A kind of error that the errors module does not list."""

    error = from_document(json.loads(json.dumps(to_document(Special("w", "p", "r")))))
    assert type(error) is DataError
    assert (error.what.en, error.where, error.remedy.de) == ("w", "p", "r")


SLEEP = "import time; time.sleep(600)"
FRESH = "from simkit.report.run.notebook_session import begin_notebook; begin_notebook('nowhere')"


def test_a_kernel_runs_one_notebook_after_the_other_and_each_finds_it_as_new(tmp_path: Path):
    source = notebook(tmp_path, "import os; print(os.getpid(), 'left' in globals()); left = 1")
    with loop_closed():
        kernel = Kernel()
        kernel.begin = FRESH
        try:
            outputs = [
                run_notebook(source, tmp_path / f"{number}.ipynb", {}, kernel)["cells"][-1] for number in range(2)
            ]
        finally:
            kernel.end()
    (first, found), (second, left) = (one["outputs"][0]["text"].split() for one in outputs)
    assert first == second and (found, left) == ("False", "False")
    assert [one["execution_count"] for one in outputs] == [2, 2]
    assert not kernel.manager.has_kernel and kernel.manager.clients == []


def test_a_kernel_that_is_told_nonsense_says_so():
    with loop_closed():
        kernel = Kernel()
        try:
            with pytest.raises(RuntimeError, match="division by zero"):
                kernel.tell("1 / 0")
        finally:
            kernel.end()


def test_kernels_started_ahead_do_the_work_end_with_the_block_and_tell_what_fails():
    with kernels.kernels(2, "ahead = 1") as running:
        answers = [running.submit(lambda kernel: kernel.tell("assert ahead == 1")) for _ in range(2)]
        failing = running.submit(lambda kernel: kernel.tell("assert ahead == 2"))
        assert [one.result(timeout=120) for one in answers] == [None, None]
        with pytest.raises(RuntimeError):
            failing.result(timeout=120)
        processes = [one.provisioner.process for one in kernels._started if one.has_kernel]
        assert processes
    assert all(one.poll() is not None for one in processes)


@pytest.mark.parametrize("busy", [False, True])
def test_a_run_that_fails_before_the_notebooks_waits_for_no_kernel(tmp_path: Path, busy: bool):
    begun = tmp_path / "begun"
    start = time.perf_counter()
    with pytest.raises(ZeroDivisionError), kernels.kernels(1, f"open({str(begun)!r}, 'w').close(); {SLEEP}"):
        while busy and not begun.exists() and time.perf_counter() < start + 60:
            time.sleep(0.05)
        1 / 0  # noqa: B018 - at once, before there is a kernel, or while it loads what it needs
    assert begun.exists() or not busy
    assert time.perf_counter() - start < 60  # some 2 s; whoever waits for the kernel's answer waits for START_LIMIT_S
