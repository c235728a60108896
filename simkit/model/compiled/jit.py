"""How the functions of the compiled engine are compiled."""

from __future__ import annotations

import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numba
import numba.extending
import numpy as np
import numpy.typing as npt

from simkit.model.compiled.code_cache import code_folder, kernel_sources

WordBlock = npt.NDArray[np.int64]
NumberBlock = npt.NDArray[np.float64]
Function = TypeVar("Function", bound=Callable[..., object])


class Words(Protocol):
    """The memory as whole numbers, as the kernel sees it: by place."""

    def __getitem__(self, place: int, /) -> int: ...

    def __setitem__(self, place: int, value: int, /) -> None: ...


class Numbers(Protocol):
    """The memory, or the draws, as floats."""

    def __getitem__(self, place: int, /) -> float: ...

    def __setitem__(self, place: int, value: float, /) -> None: ...


def kernel(function: Function) -> Function:
    """Mark a function that only compiled functions call; it is compiled once, not anew for every constant it is called with."""
    registered: Function = numba.extending.register_jitable(nogil=True, error_model="numpy")(function)
    return registered


def entry(function: Function) -> Function:
    """Compile a function that Python calls, and keep the result in the user's cache folder."""
    settings: Any = numba.config
    usual, settings.CACHE_DIR = settings.CACHE_DIR, str(code_folder())
    try:
        compiled: Any = numba.njit(nogil=True, error_model="numpy", cache=True)(function)
    finally:
        settings.CACHE_DIR = usual
    typed: Function = compiled
    return typed


def _pointer(_: Any, array: Any) -> Any:
    """Return the address of an array's first value, to be indexed like it.

    An array is seven numbers and a counter of references, which every call of a function passes and moves up and down; with
    its address alone the kernel takes half the time.
    """

    def address(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    types: Any = numba.types
    return types.CPointer(array.dtype)(array), address


pointer: Any = numba.extending.intrinsic(_pointer)


def fingerprint() -> int:
    """Return a number that is another one whenever a source of the kernel, or a constant that it takes from elsewhere, is.

    The compiler's cache on disk asks only whether the file of the called function has changed. So each function that Python
    calls encloses this number, which makes it part of the cache's key.
    """
    package, folder = __name__.rpartition(".")[0], Path(__file__).parent
    digest = sha256()
    for path in kernel_sources():
        digest.update(path.read_bytes())
    for path in sorted(folder.rglob("*_kernel.py")):
        name = ".".join((package, *path.relative_to(folder).with_suffix("").parts))
        for constant, value in sorted(vars(sys.modules[name]).items()):
            if constant.isupper() and isinstance(value, int | float):
                digest.update(f"{name}.{constant}={value!r};".encode())
    return int.from_bytes(digest.digest()[:4], "big")
