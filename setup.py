"""Which folders go into the wheel: the package, and inside it what it ships, which lies beside it in the source tree."""

import sys
from pathlib import Path

from setuptools import find_namespace_packages, setup

sys.path.insert(0, str(Path(__file__).resolve().parent))
from simkit.foundation.paths import DEMO_FILES

#: Name in the wheel of each shipped folder; ``simkit.foundation.paths`` finds both.
SHIPPED = {
    "simkit._shipped.templates": "templates",
    "simkit._shipped.notebooks": "notebooks",
    "simkit._shipped.client_data.demo": "client_data/demo",
}

setup(
    packages=[*find_namespace_packages(include=["simkit", "simkit.*"]), *SHIPPED],
    package_dir=SHIPPED,
    package_data={
        "simkit": ["py.typed", "**/*.yaml", "**/*.html", "**/*.css"],
        "simkit._shipped.templates": ["**/*"],
        "simkit._shipped.notebooks": ["*.ipynb"],
        "simkit._shipped.client_data.demo": list(DEMO_FILES),
    },
    include_package_data=False,  # what the source distribution holds besides is not for the wheel
)
