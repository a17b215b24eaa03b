"""Page families. Each module here with a ``FAMILY`` is one: adding a family is adding a file."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from crawler.family import Family


@cache
def families() -> dict[str, Family]:
    """All page families by name."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return {module.FAMILY.name: module.FAMILY for module in modules}
