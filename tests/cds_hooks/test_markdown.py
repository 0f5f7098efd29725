"""What a chart says stays text in a card, whatever it says."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cds_hooks.markdown import escaped, plain, shortened

GFM = MarkdownIt("gfm-like", {"html": True, "linkify": False})
TAGS = re.compile(r"<(?!/?(?:ul|li|p|strong)>)")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[click](https://evil.example)",
        "![x](https://evil.example/p.png)",
        "see https://evil.example/now",
        "www.evil.example",
        "mailto:a@evil.example",
        "a@evil.example",
        "# heading",
        "- item",
        "1. item",
        "> quote",
        "```fence",
        "| a | b |",
        "~~gone~~",
        "**bold** and _thin_",
        "line\nbreak\r\n\r\n# heading",
        "para\u2029graph",
        "&lt;b&gt;",
        "<https://evil.example>",
        "[ref]: https://evil.example",
        "back\\",
        "---",
        "===",
        ": definition",
        "[^1]",
    ],
)
def test_markup_in_data_shows_as_text(text: str) -> None:
    """C7: escape everything from data; no HTML."""
    html = GFM.render(f"- {escaped(text)}\n- next")

    assert html.count("<li>") == 2
    assert not TAGS.search(html.replace("<strong>", ""))
    assert "evil.example" not in html or "://" not in html


@given(st.text(max_size=80))
def test_no_text_escapes_its_bullet(text: str) -> None:
    html = GFM.render(f"- **Fixed:** {escaped(text)}\n- {escaped(text)}\n- end")

    assert html.count("<li>") == 3
    assert not TAGS.search(html)
    assert "href" not in re.sub(r"[^<]*>", lambda found: found.group() if "<" in found.group() else "", html)


@given(st.text(max_size=60))
def test_what_is_rendered_is_what_was_written(text: str) -> None:
    """Escaping hides nothing but addresses, control characters and blanks."""
    shown = re.sub(r"<[^>]+>", "", GFM.render(f"x {escaped(text)}"))

    unescaped = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&").strip()
    if "(address left out)" not in unescaped:
        assert f"x {plain(text)}".strip() == unescaped


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("exactly", 7, "exactly"),
        ("one two three", 8, "one two…"),
        ("one two three", 9, "one two…"),
        ("one, two", 6, "one…"),
        ("unbreakable", 5, "unbr…"),
        ("系统性红斑狼疮", 5, "系统性红…"),
    ],
)
def test_text_is_cut_on_a_word(text: str, most: int, expected: str) -> None:
    """C6: code points, on a word boundary."""
    assert expected == shortened(text, most)


def test_direction_and_zero_width_characters_are_dropped() -> None:
    assert plain("a\u202eb\u200bc\x00") == "abc"
