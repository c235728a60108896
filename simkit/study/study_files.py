"""Saving a study's frames as CSV files and reading them back to the same bytes; a killed save leaves nothing behind.

Text of tables is UTF-8 with a header; floats are written so that reading gives the same number.
"""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from simkit.foundation.errors import RunError
from simkit.foundation.table_writing import as_written, write_frame
from simkit.foundation.text import LANGUAGES, Text
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.measures.measures import MEASURE_LABELS

DOCUMENT = "study.json"
KINDS = {"b": "flag", "i": "integer", "u": "integer", "f": "number"}


def save(folder: Path, frames: Mapping[str, pd.DataFrame], document: Mapping[str, Any]) -> None:
    """Write all frames and the document into a folder, which appears complete or not at all.

    Parameters
    ----------
    folder : Path
        Target; an older study there is replaced.
    frames : mapping of str to DataFrame
        Each becomes ``<name>.csv``.
    document : mapping
        JSON values, written to ``study.json`` with the kinds of all columns.

    Raises
    ------
    RunError
        If the disk is full or the folder cannot be written.
    """
    part = folder.with_name(f".{folder.name}.part-{os.getpid()}")
    try:
        part.mkdir(parents=True)
        for name, frame in frames.items():
            write_frame(part / f"{name}.csv", frame)
        kinds = {name: {column: _kind(frame[column]) for column in frame} for name, frame in frames.items()}
        text = json.dumps({**document, "frames": kinds}, ensure_ascii=False, indent=1, allow_nan=False)
        (part / DOCUMENT).write_text(text + "\n", encoding="utf-8", newline="\n")
        _put_in_place(part, folder)
    except OSError as error:
        raise RunError(
            Text(de="Die Ergebnisse ließen sich nicht schreiben.", en="The results could not be written."),
            f"{folder}: {error.strerror or error}",
            Text(de="Platz und Rechte des Laufwerks prüfen.", en="Check the disk's free space and rights."),
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _put_in_place(part: Path, folder: Path) -> None:
    """Rename; an older folder steps aside first, since a rename cannot replace one that is not empty."""
    old = folder.with_name(f".{folder.name}.old-{os.getpid()}")
    if folder.exists():
        folder.rename(old)
    part.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def read_document(folder: Path) -> dict[str, Any] | None:
    """Return the document of a saved study; None when there is no complete one."""
    try:
        document = json.loads((folder / DOCUMENT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def read_frames(folder: Path, kinds: Mapping[str, Mapping[str, str]]) -> dict[str, pd.DataFrame]:
    """Return the frames of a saved study, with the columns' kinds as they were.

    Raises
    ------
    RunError
        If a table is missing or was changed by hand beyond recognition.
    """
    try:
        return {name: _read(folder / f"{name}.csv", columns) for name, columns in kinds.items()}
    except (OSError, ValueError, KeyError) as error:
        raise RunError(
            Text(de="Eine Ergebnistabelle fehlt oder ist beschädigt.", en="A table of results is missing or damaged."),
            f"{folder}: {error}",
            Text(de="Die Simulation neu rechnen.", en="Run the simulation again."),
        ) from error


def _kind(column: pd.Series) -> str:
    return KINDS.get(column.dtype.kind, "text")


def _read(file: Path, kinds: Mapping[str, str]) -> pd.DataFrame:
    texts = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8")
    return pd.DataFrame({name: _typed(texts[name], kind) for name, kind in kinds.items()}, index=texts.index)


def _typed(texts: pd.Series, kind: str) -> pd.Series:
    if kind == "number":
        return pd.Series([float(text) if text else math.nan for text in texts], index=texts.index, dtype="float64")
    if kind == "integer":
        return texts.astype("int64")
    if kind == "flag":
        return texts == "True"
    return texts.map(as_written)


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
