"""Renders a card's Markdown as an EHR would, then throws out everything that a card has no business with."""

from typing import Final

import nh3
from markdown_it import MarkdownIt

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_TEXT: Final = {"p", "br", "hr", "a", "em", "strong", "s", "del", "code", "pre", "blockquote"}
_HEADINGS: Final = {"h1", "h2", "h3", "h4", "h5", "h6"}
_LISTS_AND_TABLES: Final = {"ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"}


def rendered(markdown: str) -> str:
    """Safe HTML: no script, style, image or form, links to http(s) only, each opening away from this page."""
    return nh3.clean(
        _MARKDOWN.render(markdown),
        tags=_TEXT | _HEADINGS | _LISTS_AND_TABLES,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
