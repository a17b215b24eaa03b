"""Two versions of a release beside each other, as a page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from archive.differences import counted, differences


def chosen(versions: Sequence[Mapping[str, Any]], given: Mapping[str, str | None]) -> tuple[int, int] | None:
    """Ids of the versions to compare, the older first; None where there are none such.

    ``given``: ``bis`` names the newer one, by default the last; ``von`` the older, by default that before.
    """
    ids = [str(each["id"]) for each in versions]
    newer = given.get("bis") or (ids[-1] if ids else "")
    if newer not in ids:
        return None
    older = given.get("von") or (ids[ids.index(newer) - 1] if newer != ids[0] else "")
    if older not in ids or ids.index(older) >= ids.index(newer):
        return None
    return int(older), int(newer)


def comparison(older: Mapping[str, Any], newer: Mapping[str, Any]) -> dict[str, Any]:
    """What the template shows of two versions: words of title, lead and text, and how many changed."""
    parts = {name: differences(older[name] or "", newer[name] or "") for name in ("title", "teaser", "text")}
    everything = [paragraph for part in parts.values() for paragraph in part]
    return {
        "older": older, "newer": newer, "parts": parts,
        "gone": counted(everything, "gone"), "new": counted(everything, "new"),
    }  # fmt: skip
