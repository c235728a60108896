"""Which folders go into the wheel: the package, and inside it what it ships, which lies beside it in the source tree."""

from setuptools import find_namespace_packages, setup

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
        "simkit._shipped.client_data.demo": ["**/*"],
    },
    exclude_package_data={"simkit._shipped.client_data.demo": ["calibration.yaml"]},
)
