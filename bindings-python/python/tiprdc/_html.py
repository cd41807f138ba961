"""Small pieces of HTML for notebooks."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape


def picture(svg: str, words: str) -> str:
    """Show a picture apart from the page around it, whose style it must not change."""
    data = b64encode(svg.encode("utf-8")).decode("ascii")
    return f'<img alt="{escape(words)}" src="data:image/svg+xml;base64,{data}"/>'


def table(title: str, rows: Sequence[tuple[str, str]], note: str = "") -> str:
    """Make a two-column table; everything is escaped, as manifests are other people's."""
    cells = "".join(
        f'<tr><th style="text-align:left">{escape(name)}</th><td style="text-align:left">{escape(value)}</td></tr>'
        for name, value in rows
    )
    foot = f"<p><em>{escape(note)}</em></p>" if note else ""
    return f"<div><strong>{escape(title)}</strong><table>{cells}</table>{foot}</div>"
