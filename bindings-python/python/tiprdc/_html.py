"""Small pieces of HTML for notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def table(title: str, rows: Sequence[tuple[str, str]], note: str = "") -> str:
    """Make a two-column table; everything is escaped, as manifests are other people's."""
    cells = "".join(
        f'<tr><th style="text-align:left">{escape(name)}</th><td style="text-align:left">{escape(value)}</td></tr>'
        for name, value in rows
    )
    foot = f"<p><em>{escape(note)}</em></p>" if note else ""
    return f"<div><strong>{escape(title)}</strong><table>{cells}</table>{foot}</div>"
