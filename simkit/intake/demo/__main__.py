"""Write the demo client's files again: ``python -m simkit.intake.demo [folder]``."""

from __future__ import annotations

import sys
from pathlib import Path

from simkit.intake.demo.write import write_demo

if __name__ == "__main__":
    default = Path(__file__).resolve().parents[3] / "client_data" / "demo"
    write_demo(Path(sys.argv[1]) if len(sys.argv) > 1 else default)
