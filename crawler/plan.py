"""When an address is due to be asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_AT_ONCE = 2
_GIVE_UP = 9


def is_due(failures: int, failed_at: str) -> bool:
    """Whether an address that was asked in vain so many times, last at ``failed_at`` (UTC), is asked now.

    The first failure costs nothing; then the pause doubles from a day on, and the ninth is the last.
    """
    if failures < _AT_ONCE:
        return True
    pause = timedelta(days=2 ** (failures - _AT_ONCE))
    return failures < _GIVE_UP and datetime.now(UTC) - datetime.fromisoformat(failed_at) >= pause
