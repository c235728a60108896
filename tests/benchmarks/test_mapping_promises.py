"""The promises of `simkit init --from`, measured on exports in true headings, with their presets and without."""

from __future__ import annotations

import mapping
import pytest


@pytest.fixture(scope="module")
def measured() -> tuple[list[mapping.MappingScore], list[mapping.MappingScore]]:
    return mapping.measure()


def test_known_exports_are_right_and_never_wrong_when_sure(measured) -> None:
    known, _ = measured
    assert [one.details for one in known if one.right < mapping.KNOWN_RIGHT * one.columns] == []
    assert [one.details for one in known if one.wrong_and_sure] == []
    assert [one.system for one in known if one.typed > mapping.MOST_TYPED] == []


def test_without_preset_and_words_most_is_right_and_hardly_anything_wrong(measured) -> None:
    _, unaided = measured
    systems = [one for one in unaided if one.system != mapping.DEMO]
    columns = sum(one.columns for one in systems)
    assert sum(one.right for one in systems) >= mapping.UNKNOWN_RIGHT * columns
    assert sum(one.wrong for one in systems) <= mapping.UNKNOWN_WRONG * columns


def test_the_demo_clients_exports_are_found_without_a_word_of_its_client_yaml(measured) -> None:
    for one in (score for scores in measured for score in scores if score.system == mapping.DEMO):
        assert one.right >= mapping.UNKNOWN_RIGHT * one.columns
        assert one.wrong <= mapping.UNKNOWN_WRONG * one.columns
