from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import simkit
from simkit.effort import taxonomy
from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.catalogue import Labels
from simkit.foundation.errors import ConfigError
from simkit.foundation.parameter_set import KIND_LABELS, Kind, load_parameter_set
from simkit.foundation.units import UNIT_WORDS
from simkit.model.specification.levers import EFFECT_LABELS, lever_names, load_lever
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.measures.measures import MEASURE_LABELS, MEASURES

PACKAGE = Path(simkit.__file__).parent
PARAMETER_LABELS = Labels(PACKAGE / "model" / "specification" / "parameter_labels.yaml")


def effects() -> set[str]:
    levers = [load_lever(name) for name in lever_names()]
    named = {name for lever in levers for name in (*lever.moves, *lever.moves_when_short, *lever.unchanged)}
    labelled_in_their_files = {name for lever in levers for name in lever.labels}
    return named - {f"{name}_h" for name in ACTIVITIES} - labelled_in_their_files


NAMES = {
    "parameter_labels.yaml": (PARAMETER_LABELS, lambda: set(load_defaults())),
    "measure_labels.yaml": (MEASURE_LABELS, lambda: set(MEASURES)),
    "activity_labels.yaml": (taxonomy.LABELS, lambda: {*ACTIVITIES, *(f"{one}.definition" for one in ACTIVITIES)}),
    "group_labels.yaml": (taxonomy.GROUPS, lambda: {one.group for one in taxonomy.CATALOGUE.values()}),
    "unit_labels.yaml": (UNIT_WORDS, lambda: {parameter.unit for parameter in load_defaults().values()}),
    "kind_labels.yaml": (KIND_LABELS, lambda: set(Kind.__args__)),
    "effect_labels.yaml": (EFFECT_LABELS, effects),
}


def test_every_catalogue_of_labels_is_looked_at():
    assert set(NAMES) == {file.name for file in PACKAGE.rglob("*_labels.yaml")}


@pytest.mark.parametrize("file", NAMES)
def test_everything_has_a_label_in_both_languages_and_no_label_is_for_nothing(file):
    labels, names = NAMES[file]
    assert set(labels) == names()
    empty = {name for name, label in labels.items() if not (label.de.strip() and label.en.strip())}
    assert empty <= {"1", "flag", "choice"}, "units that stand alone"


def test_a_label_in_one_language_is_reported_with_the_file_and_a_line_that_solves_it(tmp_path):
    file = tmp_path / "own_labels.yaml"
    file.write_text("care: {de: Betreuung}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="'care' needs one text in German") as caught:
        len(Labels(file))
    assert caught.value.where == f"{file}: care"
    file.write_text(caught.value.render("en").partition("Write it so: ")[2], encoding="utf-8")
    assert Labels(file)["care"].de == "…"


def test_a_number_of_the_model_without_a_label_is_reported_with_the_file(tmp_path):
    file, labels = tmp_path / "numbers.yaml", tmp_path / "labels.yaml"
    file.write_text("a.b_h: {value: 1, unit: h, range: [0, 2], plausible: [0, 2]}\n", encoding="utf-8")
    labels.write_text("a.c_h: {de: x, en: x}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"'a.b_h' has no label") as caught:
        load_parameter_set(file, Labels(labels))
    assert caught.value.where == str(labels)


def test_help_reads_no_catalogue():
    code = (
        "import gc, sys\n"
        "sys.argv = ['simkit', '--help']\n"
        "from simkit.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "with_yaml = 'yaml' in sys.modules\n"
        "from simkit.foundation.catalogue import Labels\n"
        "read = [one.file.name for one in gc.get_objects() if isinstance(one, Labels) and '_texts' in vars(one)]\n"
        "assert not read and not with_yaml, read\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
