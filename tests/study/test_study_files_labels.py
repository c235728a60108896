from __future__ import annotations

import pandas as pd

from simkit.model.specification.model_parameters import load_defaults
from simkit.study.measures.measures import MEASURE_LABELS
from simkit.study.study_files import with_present_labels

WORDS = {"label_de": "früher", "label_en": "before"}


def test_a_saved_study_reads_as_the_catalogues_do_today():
    saved = {
        "measures": pd.DataFrame([{"measure": "facing_h", **WORDS, "unit": "h"}]),
        "tornado": pd.DataFrame([{"parameter": "time.day_h", **WORDS, "low": 1.0}]),
        "assumed": pd.DataFrame([{"path": "time.day_h", **WORDS}]),
    }
    found = with_present_labels(saved)
    label = load_defaults()["time.day_h"].label
    assert found["measures"]["label_de"].tolist() == [MEASURE_LABELS["facing_h"].de]
    assert found["tornado"]["label_en"].tolist() == found["assumed"]["label_en"].tolist() == [label.en]
    assert found["tornado"]["low"].tolist() == [1.0]


def test_words_of_anything_else_stay_as_they_were_saved():
    saved = {
        "steps": pd.DataFrame([{"measure": "facing_h", **WORDS}]),
        "tornado": pd.DataFrame([{"parameter": "a group", **WORDS}]),
        "levels": pd.DataFrame([{"parameter": "time.day_h"}]),
    }
    found = with_present_labels(saved)
    assert all(found[name].equals(frame) for name, frame in saved.items())
