from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.foundation.errors import RunError
from simkit.study.study_files import read_document, read_frames, save

FRAME = pd.DataFrame(
    {
        "name": ["Größe", "a, b", ""],
        "value": [0.1 + 0.2, math.nan, -1e-300],
        "count": [1, 2, 3],
        "flag": [True, False, True],
    }
)


def read(folder):
    document = read_document(folder)
    return read_frames(folder, document["frames"])


def test_frames_come_back_identical(tmp_path):
    folder = tmp_path / "study"
    empty = pd.DataFrame({"x": pd.Series([], dtype=float), "y": pd.Series([], dtype=str)})
    save(folder, {"results": FRAME, "empty": empty}, {"key": "k"})
    back = read(folder)
    pd.testing.assert_frame_equal(back["results"], FRAME)
    assert list(back["empty"].columns) == ["x", "y"] and len(back["empty"]) == 0
    assert read_document(folder)["key"] == "k"


def test_saving_what_was_read_gives_the_same_bytes(tmp_path):
    save(tmp_path / "one", {"results": FRAME}, {"key": "k"})
    save(tmp_path / "two", read(tmp_path / "one"), {"key": "k"})
    for name in ("results.csv", "study.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_every_float_survives(tmp_path_factory, numbers):
    folder = tmp_path_factory.mktemp("floats") / "study"
    save(folder, {"f": pd.DataFrame({"x": np.array(numbers)})}, {})
    assert read(folder)["f"]["x"].tolist() == numbers


def test_an_older_study_is_replaced_and_nothing_else_is_left(tmp_path):
    folder = tmp_path / "study"
    save(folder, {"old": FRAME}, {"key": "1"})
    save(folder, {"new": FRAME}, {"key": "2"})
    assert sorted(file.name for file in folder.iterdir()) == ["new.csv", "study.json"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["study"]


def test_a_save_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(self, *_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(RunError) as caught:
        save(tmp_path / "study", {"results": FRAME}, {})
    assert "No space left on device" in str(caught.value) and "free space" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_killed_save_is_not_a_study(tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    FRAME.to_csv(folder / "results.csv")
    assert read_document(folder) is None
    (folder / "study.json").write_text('{"key": ', encoding="utf-8")
    assert read_document(folder) is None


def test_a_missing_table_is_named(tmp_path):
    folder = tmp_path / "study"
    save(folder, {"results": FRAME}, {})
    (folder / "results.csv").unlink()
    with pytest.raises(RunError, match=r"results\.csv"):
        read(folder)


def test_the_document_is_plain_json(tmp_path):
    save(tmp_path / "study", {"results": FRAME}, {"key": "k"})
    text = (tmp_path / "study" / "study.json").read_text(encoding="utf-8")
    assert json.loads(text)["frames"]["results"] == {
        "name": "text",
        "value": "number",
        "count": "integer",
        "flag": "flag",
    }
