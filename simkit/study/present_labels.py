"""Labels of a saved study as they read today: a label may be reworded without the study being run again."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from simkit.foundation.text import LANGUAGES, Text
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.measures.measures import MEASURE_LABELS


def with_present_labels(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the frames with the labels of parameters and of the list of measures as the catalogues have them now.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        As saved. ParameterSet stand in a column ``parameter`` or ``path``; a name that no catalogue has keeps its label.
    """
    parameters = {path: parameter.label for path, parameter in load_defaults().items()}
    found = {
        name: _relabelled(_relabelled(frame, "parameter", parameters), "path", parameters)
        for name, frame in frames.items()
    }
    if "measures" in found:
        found["measures"] = _relabelled(found["measures"], "measure", MEASURE_LABELS)
    return found


def _relabelled(frame: pd.DataFrame, column: str, labels: Mapping[str, Text]) -> pd.DataFrame:
    if column not in frame or "label_de" not in frame:
        return frame
    words = {
        f"label_{language}": [
            labels[name].to(language) if name in labels else old
            for name, old in zip(frame[column], frame[f"label_{language}"], strict=True)
        ]
        for language in LANGUAGES
    }
    return frame.assign(**words)
