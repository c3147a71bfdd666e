"""Turns a drawing into a small SVG that follows the reader's light or dark scheme; no drawing here."""

import io
import re
from collections.abc import Callable, Mapping

from matplotlib.figure import Figure

FACE = "Arial,Helvetica,'Liberation Sans',Roboto,'Noto Sans',sans-serif"
_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
_DEFAULTS = {"font-family", "stroke-linejoin", "stroke-dashoffset"}


def svg_of(
    drawing: Figure, dark: Mapping[str, str], *, recolour: Callable[[str], str] | None = None, ink: str = ""
) -> str:
    """Write a drawing as SVG: the same bytes for the same drawing, with `dark` counterparts of its colours.

    Colours stand as attributes, which every renderer reads, and a style sheet replaces them where the reader has
    chosen a dark screen. On paper, in forced colours and where style sheets are not read the light ones stay.

    `recolour` gives shapes that somebody else has drawn the house's colours; such a drawing keeps what cuts its shapes
    off at the axes, and what it leaves black is drawn in `ink`.
    """
    raw = io.StringIO()
    drawing.savefig(raw, format="svg", metadata=_NO_METADATA)
    body = _compact(raw.getvalue(), clipped=recolour is not None)
    if recolour:
        body = recolour(body)
    width, height = (round(size * 72) for size in drawing.get_size_inches())
    link = ' xmlns:xlink="http://www.w3.org/1999/xlink"' if "xlink:" in body else ""
    filled = f' fill="{ink}"' if ink else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg"{link} width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="{FACE}" stroke-linejoin="round"{filled}>'
        f"{dark_style(filled + body, dark)}{body}</svg>"
    )


def dark_style(body: str, dark: Mapping[str, str]) -> str:
    """The style sheet that gives each colour its dark counterpart, on a screen only."""
    rules = "".join(
        f'[{name}="{light}"]{{{name}:{deep}}}'
        for light, deep in dark.items()
        for name in ("fill", "stroke")
        if f'{name}="{light}"' in body
    )
    return f"<style>@media screen and (prefers-color-scheme:dark) and (forced-colors:none){{{rules}}}</style>"


def _compact(raw: str, *, clipped: bool = False) -> str:
    """The shapes and texts alone: no header, groups, clip paths, or digits that no screen can show."""
    body = raw[raw.index("</defs>") + len("</defs>") : raw.rindex("</svg>")]
    body = re.sub(r' transform="rotate\(-?0 [^"]*"', "", body)
    if clipped:
        body = re.sub(r'<g id="[^"]*"', "<g", body)
    else:
        body = re.sub(r"<clipPath.*?</clipPath>", "", body, flags=re.S)
        body = re.sub(r' clip-path="[^"]*"|</?g\b[^>]*>', "", body)
    body = re.sub(r' style="([^"]*)"', _attributes, body)
    body = re.sub(r' (?:d|x|y)="[^"]*"', lambda found: _round(found[0]), body)
    body = re.sub(r">\s+<", "><", body).strip()
    return re.sub(r"<defs></defs>", "", body)


def _attributes(found: re.Match[str]) -> str:
    """A style as attributes: they need no style parser, and the style sheet above can replace them."""
    pairs = (pair.split(":", 1) for pair in found[1].split(";") if ":" in pair)
    kept = ((name.strip(), value.strip()) for name, value in pairs if name.strip() not in _DEFAULTS)
    return "".join(f' {name}="{value.removesuffix("px")}"' for name, value in kept)


def _round(text: str) -> str:
    text = re.sub(r"-?\d+\.\d+", lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), text)
    return re.sub(r"\s*\n\s*(?=[A-Za-z\"])", "", re.sub(r"\s*([A-Za-z])\s+(?=[-\d])", r"\1", text))
