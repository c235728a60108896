"""The errors a user may meet; each says what was found, where, and what to do.

::

    SimkitError                 exit code 1
    ├── RunError                1    a report failed, the others may be done
    ├── UsageError              2    a command, an option or a notebook parameter is wrong
    │   └── ConfigError         2    client.yaml, a design, a scenario or a parameter override is wrong
    ├── DataError               3    the client's data cannot be used as it is
    ├── PrivacyError            4    an output would show a single person or a group that is too small
    └── Interrupted             130  stopped by the user; what was finished is kept
"""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence

from simkit.foundation.text import Language, Text, same

LABELS = {
    "where": Text(de="Wo", en="Where"),
    "remedy": Text(de="Abhilfe", en="What to do"),
}


REASONS: Mapping[int, Text] = {
    errno.ENOENT: Text(de="die Datei oder der Ordner fehlt", en="the file or folder is missing"),
    errno.EACCES: Text(de="der Zugriff ist verweigert", en="access is denied"),
    errno.EPERM: Text(de="der Zugriff ist nicht erlaubt", en="access is not allowed"),
    errno.EROFS: Text(de="es darf nur gelesen werden", en="it may be read only"),
    errno.EEXIST: Text(de="dort liegt schon eine Datei dieses Namens", en="a file of that name is there already"),
    errno.EISDIR: Text(de="statt der Datei liegt dort ein Ordner", en="a folder is in the file's place"),
    errno.ENOTDIR: Text(de="statt des Ordners liegt dort eine Datei", en="a file is in the folder's place"),
    errno.EBUSY: Text(de="die Datei ist in Gebrauch", en="the file is in use"),
    errno.ENAMETOOLONG: Text(de="der Name ist zu lang", en="the name is too long"),
}
"""What the system says of a failed access, in both languages."""


def reason_of(error: OSError) -> Text:
    """Return why the system refused an access."""
    return REASONS.get(error.errno or 0, same(error.strerror or str(error)))


class SimkitError(Exception):
    """Something a user can mend.

    Parameters
    ----------
    what : Text or str
        What was found.
    where : str
        File, sheet, column, row, or option; empty when it is everywhere.
    remedy : Text or str
        What to do about it.
    """

    exit_code = 1

    def __init__(self, what: Text | str, where: str = "", remedy: Text | str = "") -> None:
        # All three go to Exception.args, so that the error survives pickling between processes.
        super().__init__(what, where, remedy)
        self.what = what if isinstance(what, Text) else same(what)
        self.where = where
        self.remedy = remedy if isinstance(remedy, Text) else same(remedy)

    def render(self, language: Language = "en") -> str:
        """Return the message on up to three lines in one language."""
        lines = [self.what.to(language)]
        if self.where:
            lines.append(f"{LABELS['where'].to(language)}: {self.where}")
        if self.remedy.to(language):
            lines.append(f"{LABELS['remedy'].to(language)}: {self.remedy.to(language)}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.render("en")


class RunError(SimkitError):
    """A report failed while it was being made."""

    exit_code = 1


class UsageError(SimkitError):
    """A command, an option or a notebook parameter is wrong."""

    exit_code = 2


class ConfigError(UsageError):
    """client.yaml, a design, a scenario or a parameter override is wrong."""


def one_of_all(found: Sequence[ConfigError], head: Text) -> ConfigError:
    """Return one error for all problems: itself where there is one, else a numbered list under a heading.

    Parameters
    ----------
    found : sequence of ConfigError
        At least one.
    head : Text
        What the list is about; their number is added.
    """
    if len(found) == 1:
        return found[0]
    lines = [_line(problem) for problem in found]
    return ConfigError(
        Text(
            de="\n".join([f"{head.de}: {len(found)}.", *(f"{n}. {line.de}" for n, line in enumerate(lines, 1))]),
            en="\n".join([f"{head.en}: {len(found)}.", *(f"{n}. {line.en}" for n, line in enumerate(lines, 1))]),
        )
    )


def _line(problem: ConfigError) -> Text:
    where = f"{problem.where}: " if problem.where else ""
    return Text(
        de=f"{where}{problem.what.de} {problem.remedy.de}".strip(),
        en=f"{where}{problem.what.en} {problem.remedy.en}".strip(),
    )


class FormerNameWarning(FutureWarning):
    """Something is written under the name that it had in the version before.

    Parameters
    ----------
    former : str
        The name that was used.
    text : Text
        One line with the new name and the place.
    """

    def __init__(self, former: str, text: Text) -> None:
        super().__init__(former, text)
        self.former = former
        self.text = text

    def __str__(self) -> str:
        return self.text.en


class DataError(SimkitError):
    """The client's data cannot be used as it is."""

    exit_code = 3


class PrivacyError(SimkitError):
    """An output would show a single person, or a group that is too small."""

    exit_code = 4


class Interrupted(SimkitError):
    """The user stopped the run; what was finished is kept."""

    exit_code = 130
