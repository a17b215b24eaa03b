"""Where a publisher is: by that, names are told apart."""

from __future__ import annotations

from dataclasses import dataclass

from archive.places.gazetteer import LANDS


@dataclass(frozen=True, slots=True)
class Region:
    """``ags``: of its Kreis or Gemeinde (5 or 8 digits), None for a whole Land; ``land``: two letters."""

    ags: str | None
    land: str

    @property
    def kreis(self) -> str | None:
        """Five digits, None for a whole Land."""
        return self.ags[:5] if self.ags else None

    @property
    def digits(self) -> str:
        """First two digits of every AGS of its Land; "--" for a Land that is none."""
        return self.ags[:2] if self.ags else LANDS.get(self.land, "--")
