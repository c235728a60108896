"""The part of client.yaml on the score of customers: weights, value functions, and where the ranking is cut."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

Number = Annotated[float, Field(allow_inf_nan=False, strict=True)]
"""No text: "400.000" in quotes would be read as 400."""
ENDS: dict[str, tuple[str, ...]] = {"linear": ("low", "high"), "s": ("low", "high"), "threshold": ("at",), "rank": ()}
"""Which numbers each kind of value function needs, and no others."""

_OTHER_NUMBERS = {
    "linear": PydanticCustomError("function_linear", "linear needs low and high"),
    "s": PydanticCustomError("function_s", "s needs low and high"),
    "threshold": PydanticCustomError("function_threshold", "threshold needs at"),
    "rank": PydanticCustomError("function_rank", "rank needs no numbers"),
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FactorFunction(_Strict):
    """How one factor is valued; what is missing keeps the factor's default. Numbers are in the unit of the factor."""

    kind: Literal["linear", "threshold", "s", "rank"] | None = None
    low: Number | None = None
    high: Number | None = None
    at: Number | None = None
    direction: Literal["rising", "falling"] | None = None
    missing: Literal["left_out", "zero", "half", "mean"] | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        given = {name for name in ("low", "high", "at") if getattr(self, name) is not None}
        if self.kind is None and given:
            raise PydanticCustomError("function_kind", "numbers need a kind")
        if self.kind is not None and given != set(ENDS[self.kind]):
            raise _OTHER_NUMBERS[self.kind]
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise PydanticCustomError("function_order", "low has to lie below high")
        if self.kind is None and self.direction is None and self.missing is None:
            raise PydanticCustomError("function_empty", "nothing is said")
        return self


class Score(_Strict):
    """Weights and value functions of the factors, and where the ranking is cut; what is missing keeps its default."""

    weights: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = {}
    functions: dict[str, FactorFunction] = {}
    cutoffs: Annotated[list[Annotated[float, Field(gt=0, lt=1)]], Field(max_length=3)] = []
    natural_classes: Annotated[int, Field(ge=0, le=4)] = 0

    @field_validator("cutoffs")
    @classmethod
    def _rising(cls, cutoffs: list[float]) -> list[float]:
        if any(low >= high for low, high in pairwise(cutoffs)):
            raise PydanticCustomError("cutoffs_order", "cut-offs have to rise")
        return cutoffs
