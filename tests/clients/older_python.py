"""Lets a client that was written for Python 3.12 be imported by 3.11, which Debian 12 has.

Two things differ: `type X = …` is a plain assignment here, and pydantic takes TypedDict from typing_extensions. Neither
touches what the client asks or which answers it accepts.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import re
import sys
import typing

ALIAS = re.compile(rb"(?m)^type (\w+) = ")


class _Loader(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname: str):  # noqa: ANN201
        path = self.get_filename(fullname)
        return self.source_to_code(ALIAS.sub(rb"\1 = ", self.get_data(path)), path)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(self, fullname, path=None, target=None):  # noqa: ANN001, ANN201
        if fullname.split(".")[0] != self.package:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def allow(package: str) -> None:
    """To be called before the package is imported."""
    if sys.version_info >= (3, 12):
        return
    import typing_extensions

    typing.TypedDict = typing_extensions.TypedDict
    sys.meta_path.insert(0, _Finder(package))
