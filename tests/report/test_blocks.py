"""Blocks: raw values in, JSON and HTML out."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.formats import Formats
from simkit.report.document.blocks import MIME, Block, blocks_of, plain
from simkit.report.run.notebook_session import bundle_of


def block(**changes: object) -> Block:
    values = {"kind": "text", "name": "hello", "content": {"paragraphs": ["Grüße"], "points": []}, **changes}
    return Block(**values)


def test_numpy_and_pandas_values_become_plain():
    content = {"a": np.float64(1.5), "b": np.int64(2), "c": [np.bool_(True), pd.NaT, float("nan"), np.inf]}
    assert plain(content) == {"a": 1.5, "b": 2, "c": [True, None, None, None]}
    assert type(plain(np.int64(2))) is int


def test_dates_become_iso_text():
    assert plain([dt.date(2026, 1, 31), pd.Timestamp("2026-01-31 10:00")]) == ["2026-01-31", "2026-01-31"]


def test_a_value_without_plain_form_is_refused():
    with pytest.raises(TypeError, match="type object"):
        block(content={"x": object()})


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="unknown kind of block 'chart'"):
        block(kind="chart")


def test_json_and_back_gives_the_same_block():
    one = block(title="T", source="S", formats=Formats(language="de", country="CH", currency="CHF"))
    assert Block.from_json(one.to_json()) == one


def test_a_notebook_gets_html_and_the_structured_block():
    bundle = bundle_of(block())
    assert "Grüße" in bundle["text/html"]
    assert bundle[MIME]["kind"] == "text"


def test_blocks_are_read_from_an_executed_notebook_in_order():
    first, second = block(name="a"), block(name="b")
    cells = [
        {"cell_type": "markdown"},
        {"outputs": [{"output_type": "stream", "text": "x"}, {"data": {MIME: first.to_json()}}]},
        {"outputs": [{"data": {MIME: second.to_json()}}]},
    ]
    assert blocks_of({"cells": cells}) == [first, second]
