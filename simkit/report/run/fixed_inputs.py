"""What a run reads is fixed when it begins: a file that changes meanwhile ends it, so that no report mixes old and new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import DataError
from simkit.intake.containers.database_address import is_database
from simkit.intake.settings.client_settings import ClientConfig
from simkit.intake.workshop.workshop_results import RESULTS, sha256_of, workshop_folder
from simkit.study.calibration.saved_calibration import FILE as CALIBRATION

TEXTS = Catalogue.beside(__file__)
MOST_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class FixedInputs:
    """The files of a client as they were when a run began."""

    folder: Path
    hashes: Mapping[Path, str]
    """SHA-256 of each."""

    @classmethod
    def of(cls, folder: Path, config: ClientConfig) -> FixedInputs:
        """Return the hashes of everything in a client's folder that a run reads, before it reads it."""
        return cls(folder=folder, hashes={path: sha256_of(path) for path in sorted(set(_read_files(folder, config)))})

    def with_read(self, read: Mapping[str, str]) -> FixedInputs:
        """Return the same with every further file of the folder that was read, by name and hash as reading found it."""
        named = {name: [path for path in self.folder.rglob(name) if path.is_file()] for name in read}
        found = {paths[0]: read[name] for name, paths in named.items() if len(paths) == 1}
        return FixedInputs(folder=self.folder, hashes={**found, **self.hashes})

    def check(self) -> None:
        """Refuse to go on with other files than the run began with.

        Raises
        ------
        DataError
            A file was changed, moved or deleted since.
        """
        changed = [path for path, digest in self.hashes.items() if sha256_of(path) != digest]
        if changed:
            named = ", ".join(map(self._shown, changed[:MOST_NAMED])) + (" …" if len(changed) > MOST_NAMED else "")
            raise DataError(TEXTS["changed"].fill(names=named), str(self.folder), TEXTS["changed_remedy"])

    def _shown(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else path.name


def _read_files(folder: Path, config: ClientConfig) -> Iterator[Path]:
    """Yield the files of the tables, all settings, and the stored answers of a workshop."""
    for spec in config.tables.values():
        yield from (folder / file for file in spec.files if not is_database(file))
    yield from (path for path in folder.rglob("*.yaml") if path.name != CALIBRATION and path.is_file())
    yield from (path for path in (workshop_folder(folder) / RESULTS).glob("*.csv"))
