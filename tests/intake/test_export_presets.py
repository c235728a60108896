"""The files of templates/presets/: each is told by its headings, fits the tables, and says what is wrong with a broken one."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_exports import made_exports

from simkit.foundation.errors import ConfigError
from simkit.intake.presets.export_presets import fitting_preset, load_presets

EXPORTS = list(made_exports())


def test_every_preset_has_an_export_in_the_tests_and_every_export_its_preset() -> None:
    assert {one.system for one in load_presets()} == {one.system for one in EXPORTS}


@pytest.mark.parametrize("export", EXPORTS, ids=lambda one: f"{one.system}-{one.file}")
def test_an_export_is_told_by_its_headings(export) -> None:
    found = fitting_preset(list(export.content["columns"]), load_presets())
    assert found is not None and (found.system, found.export.table) == (export.system, export.table)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("label: X\nexports: [{name: a, table: ordres, signature: [[A]]}]\n", "orders"),
        ("label: X\nexports: [{name: a, table: orders, signature: [[A]], columns: {order_nr: A}}]\n", "order_nr"),
        (
            "label: X\nexports: [{name: a, table: orders, signature: [[A]], compute: {order_id: {sun: [A, B]}}}]\n",
            "sum",
        ),
        ("label: X\nexports: []\n", "preset"),
    ],
)
def test_a_preset_that_is_none_is_told_with_its_file(tmp_path: Path, written: str, told: str) -> None:
    (tmp_path / "broken.yaml").write_text(written, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_presets([tmp_path])
    assert "broken.yaml" in str(error.value) and told in str(error.value)
