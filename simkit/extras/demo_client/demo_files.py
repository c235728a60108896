"""Write all files of the demo client that its generator makes."""

from __future__ import annotations

from pathlib import Path

from simkit.extras.demo_client.demo_summary import write_truth
from simkit.extras.demo_client.generate import build_firm, write_exports


def write_demo(folder: Path) -> None:
    """Write the exports and truth.yaml into a folder; the same bytes every time.

    Parameters
    ----------
    folder : Path
        Made if it does not exist; files of the same names are replaced, client.yaml and the logo are left alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    firm = build_firm()
    write_exports(firm, folder)
    write_truth(firm, folder)
