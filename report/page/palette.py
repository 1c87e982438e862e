"""The colours of pages and charts, light and dark, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """Colours as `#rrggbb`.

    Text, muted text and links stand out from background and surface by 4.5 to 1 at least, the colours of marks from the
    surface by 3 to 1 (WCAG 2.2, success criteria 1.4.3 and 1.4.11).

    Parameters
    ----------
    background, surface
        Behind everything; behind charts, tables and headlines.
    text, muted, line
        What is read; what is read second, axes included; rules, borders and grids.
    accent
        Links, the focus ring and a single series.
    category
        Marks of several series, in their order.
    ramp
        From the least to the most.
    diverging
        From the most negative over zero to the most positive.
    """

    background: str
    surface: str
    text: str
    muted: str
    line: str
    accent: str
    category: tuple[str, ...]
    ramp: tuple[str, ...]
    diverging: tuple[str, ...]


LIGHT = Palette(
    background="#f6f7f9",
    surface="#ffffff",
    text="#1b2027",
    muted="#565f6b",
    line="#d5dae1",
    accent="#1f5fa6",
    category=("#1f5fa6", "#c2510c", "#1a7f5a", "#9b3fa5", "#8a6d00", "#c0325a", "#0d7f8c", "#6b6f76"),
    ramp=("#e9f1fa", "#9cc3ea", "#3f86c9", "#0b3d74"),
    diverging=("#a8420a", "#e3a077", "#f1efec", "#86b2df", "#1f5fa6"),
)
DARK = Palette(
    background="#11151a",
    surface="#1a2027",
    text="#e7ebf0",
    muted="#a7b1bd",
    line="#343d48",
    accent="#7db8f7",
    category=("#6cb0ff", "#ff9a52", "#4fcf9a", "#d68be0", "#e0bf45", "#ff7f9c", "#45c8d6", "#aab2bd"),
    ramp=("#202b38", "#2c5a88", "#4f97d8", "#b9deff"),
    diverging=("#ff9a52", "#8f5c38", "#2a3038", "#3d6a98", "#7db8f7"),
)
