"""Keeping what a function has worked out from the same objects, which never change once they are made."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")


def kept_for_last(size: int) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """Keep a function's last results, found again by the very objects that it was called with.

    Unlike `functools.lru_cache` it neither hashes nor compares them: a parameter set or a table of draws is large, has no
    hash, and does not change. Numbers, texts and tuples of them count by value. Callers must not change what they get.

    Parameters
    ----------
    size : int
        How many results are kept; their arguments are held as long.
    """

    def decorate(function: Callable[Given, Result]) -> Callable[Given, Result]:
        known: dict[tuple[object, ...], tuple[object, Result]] = {}

        @wraps(function)
        def answer(*arguments: Given.args, **named: Given.kwargs) -> Result:
            key = (*map(_mark, arguments), *((name, _mark(one)) for name, one in named.items()))
            found = known.get(key)
            if found is None:
                found = known[key] = ((arguments, named), function(*arguments, **named))
                if len(known) > size:
                    del known[next(iter(known))]
            return found[1]

        return answer

    return decorate


def kept_with_first(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Keep a function's results as long as its first argument lives, with that object itself; the others as above."""
    name = f"_kept_{function.__qualname__}"

    @wraps(function)
    def answer(*arguments: Given.args, **named: Given.kwargs) -> Result:
        known: dict[tuple[object, ...], tuple[object, Result]] = vars(arguments[0]).setdefault(name, {})
        key = (*map(_mark, arguments[1:]), *((other, _mark(one)) for other, one in named.items()))
        if key not in known:
            known[key] = ((arguments[1:], named), function(*arguments, **named))
        return known[key][1]

    return answer


def _mark(one: object) -> object:
    return (type(one), one) if isinstance(one, int | float | str | tuple) else id(one)
