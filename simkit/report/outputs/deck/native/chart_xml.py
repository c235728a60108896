"""What PowerPoint's charts can do and python-pptx cannot: error bars, labels with words, marks over columns, log axes.

Each function puts its elements where the schema of charts (ECMA-376, part 1, 21.2.2) wants them; PowerPoint repairs, or refuses,
a file in which the order of elements is another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from simkit.report.document.style import INK

SERIES_ORDER = (
    "idx", "order", "tx", "spPr", "invertIfNegative", "pictureOptions", "marker", "explosion", "dPt", "dLbls", "trendline",
    "errBars", "cat", "val", "xVal", "yVal", "smooth", "shape", "bubbleSize", "bubble3D", "extLst",
)  # fmt: skip
"""Order of the elements of a series, whatever the kind of chart."""
POINT = 12_700
"""PowerPoint's units in a point."""


@dataclass(frozen=True, kw_only=True)
class PointLabel:
    """What stands at one point of a series."""

    text: str = ""
    """Words of its own; empty for the value."""
    code: str = ""
    """Number format of the value."""
    position: Literal["outEnd", "ctr", "inEnd", "inBase", "t", "r", "l", "b"] = "outEnd"
    colour: str = INK
    points: float = 12.0


def add_error_bars(
    series: Any,
    minus: Sequence[float],
    plus: Sequence[float],
    *,
    direction: Literal["x", "y", ""] = "",
    colour: str = INK,
    points: float = 1.25,
    caps: bool = False,
) -> None:
    """Add an interval to each point of a series.

    Parameters
    ----------
    series : element
        The ``c:ser`` of a bar, line or scatter chart.
    minus, plus : sequence of float
        How far the interval reaches below and above the value; 0 where none is known.
    direction : {"x", "y", ""}
        Only of scatter charts; bars know theirs.
    """
    way = f'<c:errDir val="{direction}"/>' if direction else ""
    bars = _parsed(
        f'<c:errBars {_NAMES}>{way}<c:errBarType val="both"/><c:errValType val="cust"/>'
        f'<c:noEndCap val="{int(not caps)}"/><c:plus>{_literal(plus)}</c:plus><c:minus>{_literal(minus)}</c:minus>'
        f'<c:spPr><a:ln w="{round(points * POINT)}" cap="flat"><a:solidFill>{_colour(colour)}</a:solidFill></a:ln></c:spPr>'
        "</c:errBars>"
    )
    insert_in_order(series, bars)


def write_labels(series: Any, labels: Mapping[int, PointLabel]) -> None:
    """Write something at the points of a series, by their places; at all others stands nothing."""
    for old in series.findall(_tag("dLbls")):
        series.remove(old)
    inner = "".join(_label(place, label) for place, label in sorted(labels.items()))
    hidden = "".join(f'<c:{name} val="0"/>' for name in _SHOWN)
    insert_in_order(series, _parsed(f"<c:dLbls {_NAMES}>{inner}{hidden}</c:dLbls>"))


def insert_in_order(series: Any, element: Any) -> None:
    """Put an element into a series where the schema wants it."""
    place = SERIES_ORDER.index(_name(element))
    after = (child for child in series if SERIES_ORDER.index(_name(child)) > place)
    following = next(after, None)
    if following is None:
        series.append(element)
    else:
        following.addprevious(element)


def marks_over_columns(chart: Any, places: Sequence[int]) -> None:
    """Move series of a column chart, by their places, into a line chart over the same axes: as marks, without a line."""
    columns = chart._chartSpace.find(f".//{_tag('barChart')}")
    moved = [series for place, series in enumerate(columns.findall(_tag("ser"))) if place in places]
    axes = [axis.get("val") for axis in columns.findall(_tag("axId"))]
    lines = _parsed(f'<c:lineChart {_NAMES}><c:grouping val="standard"/><c:varyColors val="0"/></c:lineChart>')
    for series in moved:
        columns.remove(series)
        for name in ("invertIfNegative", "dPt"):
            for element in series.findall(_tag(name)):
                series.remove(element)
        insert_in_order(series, _parsed(f'<c:smooth {_NAMES} val="0"/>'))
        lines.append(series)
    for tail in ('<c:marker {n} val="1"/>', *(f'<c:axId {{n}} val="{axis}"/>' for axis in axes)):
        lines.append(_parsed(tail.replace("{n}", _NAMES)))
    columns.addnext(lines)


def make_logarithmic(axis: Any, low: float, high: float) -> None:
    """Let an axis run in steps of ten times."""
    scaling = axis._element.find(_tag("scaling"))
    for child in list(scaling):
        scaling.remove(child)
    for name, value in (("logBase", "10"), ("orientation", "minMax"), ("max", f"{high:g}"), ("min", f"{low:g}")):
        scaling.append(_parsed(f'<c:{name} {_NAMES} val="{value}"/>'))


def hide_in_legend(chart: Any, series: Sequence[int]) -> None:
    """Leave series out of the legend, by their places in it."""
    legend = chart._chartSpace.find(f".//{_tag('legend')}")
    if legend is None:
        return
    first = int(legend.find(_tag("legendPos")) is not None)
    for place in sorted(series, reverse=True):
        entry = _parsed(f'<c:legendEntry {_NAMES}><c:idx val="{place}"/><c:delete val="1"/></c:legendEntry>')
        legend.insert(first, entry)


def place_inner_plot(chart: Any, left: float, top: float, width: float, height: float) -> None:
    """Set where the axes of a chart stand, in shares of the chart."""
    area = chart._chartSpace.find(f".//{_tag('plotArea')}")
    for old in area.findall(_tag("layout")):
        area.remove(old)
    ends = "".join(
        f'<c:{name} val="{value:.4f}"/>' for name, value in zip("xywh", (left, top, width, height), strict=True)
    )
    area.insert(
        0,
        _parsed(
            f'<c:layout {_NAMES}><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
            f"{ends}</c:manualLayout></c:layout>"
        ),
    )


def skip_labels(axis: Any, every: int) -> None:
    """Write only every so-many-th category below a chart."""
    element = axis._element
    following = next((child for child in element if _name(child) in ("noMultiLvlLbl", "extLst")), None)
    for name in ("tickLblSkip", "tickMarkSkip"):
        for old in element.findall(_tag(name)):
            element.remove(old)
        added = _parsed(f'<c:{name} {_NAMES} val="{every}"/>')
        if following is None:
            element.append(added)
        else:
            following.addprevious(added)


def set_month_steps(axis: Any, months: int, *, days: bool) -> None:
    """Write a month at every so-many-th month of an axis of days; `days` where points are closer than months."""
    element = axis._element
    for name in ("baseTimeUnit", "majorUnit", "majorTimeUnit", "minorUnit", "minorTimeUnit"):
        for old in element.findall(_tag(name)):
            element.remove(old)
    tail = next((child for child in element if _name(child) == "extLst"), None)
    values = (("baseTimeUnit", "days" if days else "months"), ("majorUnit", str(months)), ("majorTimeUnit", "months"))
    for name, value in values:
        added = _parsed(f'<c:{name} {_NAMES} val="{value}"/>')
        if tail is None:
            element.append(added)
        else:
            tail.addprevious(added)


_SHOWN = ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")
_NAMES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)


def _label(place: int, label: PointLabel) -> str:
    """Return one label; a text of its own stands in it as letters, a value with its format."""
    letters = f'sz="{round(label.points * 100)}" b="0"'
    fill = f"<a:solidFill>{_colour(label.colour)}</a:solidFill>"
    paragraphs = "".join(
        f"<a:p><a:pPr><a:defRPr {letters}>{fill}</a:defRPr></a:pPr><a:r><a:rPr {letters}>{fill}</a:rPr>"
        f"<a:t>{_escaped(line)}</a:t></a:r></a:p>"
        for line in label.text.split("\n")
    )
    words = f'<c:tx><c:rich><a:bodyPr wrap="none"/>{paragraphs}</c:rich></c:tx>' if label.text else ""
    code = f'<c:numFmt formatCode="{_escaped(label.code)}" sourceLinked="0"/>' if label.code else ""
    plain = "" if label.text else (
        f'<c:txPr><a:bodyPr wrap="none"/><a:p><a:pPr><a:defRPr {letters}>{fill}</a:defRPr></a:pPr><a:endParaRPr/></a:p></c:txPr>'
    )  # fmt: skip
    shown = "".join(f'<c:{name} val="{int(name == "showVal")}"/>' for name in _SHOWN)
    return (
        f'<c:dLbl><c:idx val="{place}"/>{words}{code}<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{plain}'
        f'<c:dLblPos val="{label.position}"/>{shown}</c:dLbl>'
    )


def _literal(values: Sequence[float]) -> str:
    points = "".join(
        f'<c:pt idx="{place}"><c:v>{value!r}</c:v></c:pt>' for place, value in enumerate(map(float, values))
    )
    return f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numLit>'


def _colour(colour: str) -> str:
    return f'<a:srgbClr val="{colour[1:].upper()}"/>'


def _escaped(text: str) -> str:
    from xml.sax.saxutils import escape

    return escape(text, {'"': "&quot;"})


def _parsed(xml: str) -> Any:
    from pptx.oxml import parse_xml

    return parse_xml(xml)


def _tag(name: str) -> str:
    from pptx.oxml.ns import qn

    return str(qn(f"c:{name}"))


def _name(element: Any) -> str:
    return str(element.tag).rsplit("}", 1)[-1]
