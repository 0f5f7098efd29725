"""Which FHIR servers this service calls. The address comes from the caller of a hook, so it is not to be trusted:
whoever could name any server could send us to hosts of the inner network, or have a token sent to their own."""

import re
from typing import NamedTuple

from app.settings import Settings, is_loopback

# Whatever does not match as a whole is refused, so nothing that parsers read differently gets through: no user name, no
# query, no blank, no backslash, no letter beyond ASCII, no percent escape.
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]{2,39}\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?(?P<path>(?:/[A-Za-z0-9._~-]+)*)/?",
    re.ASCII | re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


class _Address(NamedTuple):
    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}"

    @property
    def on_loopback(self) -> bool:
        return is_loopback(self.host.strip("[]"))


def allowed(server_url: str, settings: Settings) -> str | None:
    """The base address to call for `server_url`, or `None` if it must not be called.

    Only the configured bases are, compared by scheme, host, port and the whole path, and in the sandbox whatever is on
    the loopback. Without TLS only the loopback is.
    """
    asked = _address(server_url)
    if asked is None or (asked.scheme == "http" and not asked.on_loopback):
        return None
    if settings.sandbox and asked.on_loopback:
        return asked.url
    return asked.url if asked in map(_address, settings.fhir_servers) else None


def _address(url: str) -> _Address | None:
    match = _ADDRESS.fullmatch(url)
    if match is None:
        return None
    scheme = match["scheme"].lower()
    port = int(match["port"] or _DEFAULT_PORTS[scheme])
    if port > 65535 or any(part in (".", "..") for part in match["path"].split("/")):
        return None
    return _Address(scheme, match["host"].lower(), port, match["path"])
