"""The notebooks are thin: parameters, calls and words; each chapter stands in exactly one; three are run by hand only."""

import ast
import json
import re
from concurrent.futures import Future
from pathlib import Path

import pytest

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.intake.client import ClientData, load_client
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.chapters.registry import CHAPTERS, SIMULATED, WITHOUT_COMPARISON, write_other_chapters
from simkit.report.context import ReportContext, style_of
from simkit.report.document.blocks import blocks_of
from simkit.report.run import report_run
from simkit.report.run.kernels import Kernel, loop_closed
from simkit.report.run.notebook_session import hand_over
from simkit.report.run.notebooks import PLAIN_TYPES, UNTYPED, declared_parameters, run_notebook
from simkit.report.run.run_folder import Stopwatch

PROJECT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
BY_HAND = ("05_small_models", "06_leaving_spiral", "07_workshop")
OF_THE_REPORT = [path for path in NOTEBOOKS if path.stem not in BY_HAND]
ENGLISH_WORDS = re.compile(r"\b(the|and|of|with|customers|deals|days|share)\b")


def cells(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def code(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in cells(path) if cell["cell_type"] == "code"]


def test_there_are_four_for_the_report_and_three_by_hand():
    assert [path.stem for path in OF_THE_REPORT] == [
        "01_diagnosis", "02_customer_value", "03_organisation", "04_conclusions",
    ]  # fmt: skip
    assert [path.stem for path in NOTEBOOKS if path not in OF_THE_REPORT] == list(BY_HAND)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_outputs_are_kept(path):
    for cell in cells(path):
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_nothing_is_defined_or_computed_in_them(path):
    allowed = (ast.Import, ast.ImportFrom, ast.AnnAssign, ast.Assign, ast.Expr)
    for source in code(path):
        for node in ast.parse(source).body:
            assert isinstance(node, allowed)
            assert not any(isinstance(part, ast.BinOp | ast.Lambda | ast.comprehension) for part in ast.walk(node))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_parameters_are_plain(path):
    declared = declared_parameters(path)
    cell = next(cell for cell in cells(path) if "parameters" in cell["metadata"].get("tags", ()))
    written = [re.match(r"\w+", line).group() for line in "".join(cell["source"]).splitlines()]
    assert list(declared) == written, "papermill passes over a line with a second equals sign"
    assert {"client_folder", "lang"} <= set(declared)
    assert {one.kind.partition("[")[0] for one in declared.values()} <= {*PLAIN_TYPES, UNTYPED}


@pytest.mark.parametrize("path", OF_THE_REPORT, ids=lambda path: path.stem)
def test_a_notebook_of_the_report_takes_seed_and_chapters(path):
    assert {"seed", "chapters"} <= set(declared_parameters(path))


@pytest.mark.parametrize("name", SIMULATED)
def test_a_notebook_of_the_simulation_shows_every_setting_with_a_value_it_can_have(name):
    declared = declared_parameters(PROJECT / "notebooks" / f"{name}.ipynb")
    wanted = {setting for setting, entry in RunSettings.entries().items() if entry.notebook}
    assert set(declared) == wanted | {"client_folder"}
    given = RunSettings.checked({setting: ast.literal_eval(declared[setting].default) for setting in wanted})
    assert given == RunSettings(depth="quick")


def test_a_chapter_with_a_cell_of_its_own_stands_in_its_notebook_and_nowhere_else():
    notebooks = {chapter.name: chapter.notebook for chapter in CHAPTERS}
    shown = [
        (s.split('"')[1], path.stem) for path in NOTEBOOKS for s in code(path) if s.startswith("show(write_chapter(")
    ]
    assert len(shown) == len({name for name, _ in shown})
    assert shown and all(notebooks[name] == notebook for name, notebook in shown)


@pytest.mark.parametrize("path", OF_THE_REPORT, ids=lambda path: path.stem)
def test_the_last_cell_shows_the_chapters_without_a_cell(path):
    assert code(path)[-1] == f'show(write_other_chapters("{path.stem}", report))'


@pytest.fixture(scope="module")
def client() -> ClientData:
    """The demo client, read once: nothing here changes it."""
    return load_client(PROJECT / "client_data" / "demo")


def test_other_chapters_are_those_that_no_cell_has_written(client):
    settings = RunSettings(chapters=("inputs", "glossary"))
    report = ReportContext(analysis=ClientAnalysis(client=client, settings=settings), style=style_of(client.config))
    assert {block.chapter for block in write_other_chapters("01_diagnosis", report)} == {"inputs"}
    assert write_other_chapters("01_diagnosis", report) == []


class Silent:
    """A reporter that tells nobody."""

    def step(self, text):
        """Tell nothing."""

    def simulated(self, done, total):
        """Tell nothing."""


class AtOnce:
    """Kernels that do at once what is handed in."""

    def submit(self, work):
        """Do it."""
        future = Future()
        future.set_result(work(None))
        return future


def test_a_run_executes_the_notebooks_of_the_report_and_none_of_those_by_hand(client, monkeypatch, tmp_path):
    executed = []
    monkeypatch.setattr(report_run, "_run_one", lambda name, *_: executed.append(name) or [])
    report = ReportContext(
        analysis=ClientAnalysis(client=client, settings=RunSettings()), style=style_of(client.config)
    )

    report_run._run_notebooks(report, tmp_path, Silent(), Stopwatch(), AtOnce())

    assert sorted(executed) == [path.stem for path in OF_THE_REPORT]
    assert list(tmp_path.iterdir()) == []  # the client's data are handed over in a file, and do not stay there


@pytest.mark.parametrize(("chapters", "compared"), [(("calibration",), 0), (("calibration", "levers"), 1), ((), 1)])
def test_a_run_compares_organisations_only_for_chapters_that_read_the_comparison(
    client, monkeypatch, chapters, compared
):
    done = []
    monkeypatch.setattr(ClientAnalysis, "compare_organisations", lambda *_: done.append(1))
    settings = RunSettings(chapters=chapters, calibrate=False, depth="quick")
    report = ReportContext(analysis=ClientAnalysis(client=client, settings=settings), style=style_of(client.config))

    report_run._simulate(report, Silent(), Stopwatch())

    assert len(done) == compared


def test_the_chapters_without_comparison_are_those_that_do_not_read_it():
    folders = {chapter.name: PROJECT / "simkit/report/chapters" / chapter.name for chapter in CHAPTERS}
    reading = {
        name
        for name, folder in folders.items()
        if any(re.search(r"analysis\.(study|robustness)\b", file.read_text("utf-8")) for file in folder.glob("*.py"))
    }
    simulated = {chapter.name for chapter in CHAPTERS if chapter.notebook in SIMULATED}
    assert reading == simulated - set(WITHOUT_COMPARISON)


def test_the_notebooks_of_a_run_read_no_file_of_the_client_again_and_share_what_they_work_out(client, tmp_path):
    hand_over(client, tmp_path / "client.pickle")
    empty = tmp_path / "demo"
    empty.mkdir()
    (empty / "client.yaml").write_bytes((client.folder / "client.yaml").read_bytes())
    values = {"client_folder": str(empty), "chapters": ["inputs"]}
    with loop_closed():
        kernel = Kernel()
        kernel.begin = report_run.BEGIN.format(file=str(tmp_path / "client.pickle"))
        try:
            for name in ("01_diagnosis", "02_customer_value"):
                document = run_notebook(
                    PROJECT / "notebooks" / f"{name}.ipynb", tmp_path / f"{name}.ipynb", values, kernel
                )
                if name == "01_diagnosis":
                    assert {block.chapter for block in blocks_of(document)} == {"inputs"}
            kernel.tell("from simkit.report.run import notebook_session; assert len(notebook_session._opened) == 1")
        finally:
            kernel.end()


def executed(name: str, folder: Path, **parameters) -> list:
    """Return the blocks of a notebook executed on the demo client; a warning would have left words on the error stream."""
    values = {"client_folder": str(PROJECT / "client_data" / "demo"), **parameters}
    with loop_closed():
        document = run_notebook(PROJECT / "notebooks" / f"{name}.ipynb", folder / "done.ipynb", values)
    streams = [output for cell in document["cells"] for output in cell.get("outputs", ()) if "name" in output]
    assert streams == []
    return blocks_of(document)


def test_a_later_notebook_in_a_kernel_finds_no_names_and_can_start_processes(tmp_path):
    begin = (
        f"from simkit.report.run.notebook_session import begin_notebook; begin_notebook({str(tmp_path / 'client')!r})"
    )
    with loop_closed():
        kernel = Kernel()
        try:
            kernel.tell("left_over = 1")
            kernel.tell(begin)
            kernel.tell("assert 'left_over' not in globals()")
            kernel.tell("from multiprocessing import spawn; spawn.get_preparation_data('process')")
        finally:
            kernel.end()


def test_the_small_models_run_with_a_parameter_set_by_hand(tmp_path):
    blocks = executed("05_small_models", tmp_path, lang="de", changes={"small.clog.clog_logit": 0.1})

    figures = {block.name: block for block in blocks if block.kind == "figure"}
    assert set(figures) == {"congestion_curve", "pipeline_rules", "case_or_process", "speeding_up", "faster_or_better"}
    assert "Von Hand gesetzt: sinkende Gewinnchance je weiterer offener Chance" in figures["congestion_curve"].source
    assert not [block.title for block in blocks if ENGLISH_WORDS.search(f"{block.title} {block.note} {block.source}")]


def test_the_leaving_spiral_runs_with_few_cells(tmp_path):
    few = {"loads": [0.9], "fill_days": [60.0], "replications": 1, "years": 1.0}
    blocks = executed("06_leaving_spiral", tmp_path, lang="de", **few)

    assert [block.name for block in blocks if block.kind == "figure"] == ["spiral_alone", "spiral_with_reactions"]
    assert [len(block.content["rows"]) for block in blocks if block.kind == "table"] == [1, 1]
    assert not [block.title for block in blocks if ENGLISH_WORDS.search(f"{block.title} {block.note} {block.source}")]


def test_the_live_workshop_shows_what_lies_in_the_folder(tmp_path):
    blocks = executed("07_workshop", tmp_path, lang="de")

    assert {"workshop_weights", "workshop_departments", "workshop_ways"} <= {block.name for block in blocks}
    assert blocks[0].content["items"][0]["value"] == "12"
    assert not [block.title for block in blocks if ENGLISH_WORDS.search(f"{block.title} {block.note} {block.source}")]
