"""simkit: diagnose and redesign B2B sales organisations from a client's own exports.

Import from the packages (``from simkit.study.experiment.experiment_spec import Experiment``); the package root only tells
the version.
"""

from simkit.foundation.paths import VERSION

__version__ = VERSION
