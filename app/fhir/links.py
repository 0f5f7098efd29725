"""Where the `next` link of a page leads: always to the configured base's own origin, or nowhere.

The base decides, not the link. A server behind a proxy may write its inner scheme (http) or another path into its
links; of a link only path and query are taken and set behind the scheme, host and port of the base, if the link's host
and port are those of the base. A link to any other host or port is refused, whoever wrote it: the token would go there.
"""

from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def next_url(link: str, page_url: str, base: str) -> str | None:
    """The address of the page after the one at `page_url`, or `None` if the link must not be followed.

    - `?page=2` belongs to the page's own path, `Observation?page=2` to the base, `/x?page=2` to the origin.
    - An absolute link has to name the base's host, and its port: the same one, or each the default of its scheme.
    """
    try:
        parts, home = urlsplit(link), urlsplit(base)
        same = _same_host(parts, home)
    except ValueError:
        return None
    if not same or not link.isascii() or any(character <= " " or character in "\\\x7f" for character in link):
        return None
    if parts.netloc or parts.path.startswith("/"):
        path = parts.path
    elif parts.path:
        path = f"{home.path}/{parts.path}"
    else:
        path = urlsplit(page_url).path
    query = f"?{parts.query}" if parts.query else ""
    return f"{home.scheme}://{home.netloc}{path}{query}"


def _same_host(link: SplitResult, base: SplitResult) -> bool:
    if not link.netloc:
        return not link.scheme
    scheme = link.scheme or base.scheme
    if scheme not in _DEFAULT_PORTS or link.username is not None or link.hostname != base.hostname:
        return False
    ours = base.port or _DEFAULT_PORTS[base.scheme]
    theirs = link.port or _DEFAULT_PORTS[scheme]
    both_default = ours == _DEFAULT_PORTS[base.scheme] and theirs == _DEFAULT_PORTS[scheme]
    return ours == theirs or both_default
