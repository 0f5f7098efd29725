"""Makes text from charts and definitions safe in GitHub-flavoured Markdown: it shows as written and acts as nothing.

An EHR renders a card's detail, some with raw HTML and with links made of bare addresses, so text that a chart can
steer must not become markup, a link, a mention or a line of its own.
"""

import re
import unicodedata

MOST = 240
"""Code points of one piece of data text; a note pasted into a display must not fill the panel."""

_ADDRESS = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*:/\S*|\b(?:www\.|mailto:|xmpp:|javascript:|data:)\S*|\S*@\S+")
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&!$])")
_LIST_START = re.compile(r"^([-+=:])|^(\d{1,9})([.)])(?=\s|$)")


def plain(text: str, most: int = MOST) -> str:
    """`text` as one line without control, format and direction characters, cut on a word to `most` code points."""
    if text.isprintable():  # most are, and looking at each character costs more than the rest of a card
        return shortened(" ".join(text.split()), most)
    spaced = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)
    shown = "".join(char for char in spaced if unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn"))
    return shortened(" ".join(shown.split()), most)


def shortened(text: str, most: int) -> str:
    """`text`, or as many of its whole words as fit in `most` code points with an ellipsis."""
    if len(text) <= most:
        return text
    room = text[: most - 1]
    words = room if text[most - 1] == " " else room.rpartition(" ")[0]
    return (words.rstrip(" ,;:–-") or room) + "…"


def escaped(text: str, most: int = MOST) -> str:
    """`text` for any place inside a Markdown line, also its beginning; addresses are left out."""
    line = _ADDRESS.sub("(address left out)", plain(text, most))
    return _LIST_START.sub(_escaped_start, _MARKUP.sub(r"\\\1", line))


def _escaped_start(found: re.Match[str]) -> str:
    sign, number, mark = found.groups()
    return f"\\{sign}" if sign else f"{number}\\{mark}"
