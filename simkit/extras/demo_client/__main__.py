"""Write the demo client's files again: ``python -m simkit.extras.demo_client [folder]``."""

from __future__ import annotations

import sys
from pathlib import Path

from simkit.extras.demo_client.demo_summary import write_demo
from simkit.foundation.paths import CLIENTS, workspace

if __name__ == "__main__":
    default = (workspace() or Path()) / CLIENTS / "demo"
    write_demo(Path(sys.argv[1]) if len(sys.argv) > 1 else default)
