"""The imprint: whom a report is on, how it looks and where it stands, as plain values.

Every output is written from blocks and an imprint alone, so that a finished run can be given another form without the
client's data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from simkit.foundation.text import Language, Text
from simkit.intake.settings.client_settings import locate
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.report.document.style import Style

if TYPE_CHECKING:
    from simkit.intake.settings.client_settings import ClientConfig


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """What an output needs to know besides the blocks."""

    client: str
    """Short name of the client."""
    name: str
    """Name of the client, as it stands on the cover."""
    period: tuple[dt.date, dt.date]
    """First and last day of the data."""
    style: Style
    """Language, formats and colours."""
    minimum: int
    """Smallest group of people that may be shown."""
    confidentiality: Text | None = None
    """The mark on cover and pages; None for the usual one."""
    logo: Path | None = None
    """The client's logo."""
    master: Path | None = None
    """The consultant's own master for the deck."""
    draft: bool = False
    """Whether the run was a quick one, which is not for circulation."""
    staff_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Level → names of the groups of staff that the exhibits show."""

    @classmethod
    def of(cls, config: ClientConfig, folder: Path, style: Style, **facts: Any) -> Self:
        """Return the imprint with what client.yaml says.

        Parameters
        ----------
        folder : Path
            The client's folder, to which the logo is relative.
        **facts
            The fields that the run decides: `period`, `draft`, `staff_groups`.
        """
        return cls(
            client=config.client,
            name=config.name,
            style=style,
            minimum=config.privacy.minimum_group,
            confidentiality=config.brand.confidentiality,
            logo=locate(folder, config.brand.logo) if config.brand.logo else None,
            master=locate(folder, config.brand.pptx) if config.brand.pptx else None,
            **facts,
        )

    @property
    def language(self) -> Language:
        """Language of the report."""
        return self.style.formats.language

    @property
    def period_words(self) -> str:
        """The period as it is read."""
        return " – ".join(self.style.formats.date(day) for day in self.period)

    def builder(self, chapter: str) -> ChapterBuilder:
        """Return the builder that makes blocks under the name of a chapter."""
        return ChapterBuilder(chapter=chapter, style=self.style, minimum=self.minimum)
