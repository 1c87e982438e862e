import pytest

from report.page.palette import DARK, LIGHT


def luminance(colour):
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def test_black_on_white_is_the_most_there_is():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_stands_out_from_what_is_behind_it(palette):
    for behind in (palette.background, palette.surface):
        for text in (palette.text, palette.muted, palette.accent):
            assert contrast(text, behind) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_marks_stand_out_from_their_surface_and_are_told_apart(palette):
    assert len(set(palette.category)) == len(palette.category)
    for colour in palette.category:
        assert contrast(colour, palette.surface) >= 3


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_a_ramp_goes_away_from_the_surface(palette):
    steps = [contrast(colour, palette.surface) for colour in palette.ramp]
    assert steps == sorted(steps)
