"""Where `next` links lead: the configured base decides."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fhir.links import next_url

BASE = "https://ehr.example.org/gateway/fhir"
PAGE = f"{BASE}/Observation?patient=a"


@pytest.mark.parametrize(
    ("link", "followed"),
    [
        pytest.param(f"{BASE}?_getpages=1&_getpagesoffset=20", f"{BASE}?_getpages=1&_getpagesoffset=20", id="HAPI"),
        pytest.param(f"{BASE}/Observation?_cursor=x", f"{BASE}/Observation?_cursor=x", id="the search with a cursor"),
        pytest.param("?page=2", f"{BASE}/Observation?page=2", id="a query alone belongs to the page"),
        pytest.param("Observation?page=2", f"{BASE}/Observation?page=2", id="a type belongs to the base"),
        pytest.param("./Observation?page=2", f"{BASE}/./Observation?page=2", id="the same with a dot"),
        pytest.param("/other/p2", "https://ehr.example.org/other/p2", id="a path belongs to the origin"),
        pytest.param("//ehr.example.org/fhir/p2", "https://ehr.example.org/fhir/p2", id="without a scheme"),
        pytest.param(
            "https://ehr.example.org/fhir?p=2", "https://ehr.example.org/fhir?p=2", id="the server's own path"
        ),
        pytest.param("https://EHR.Example.org/fhir", "https://ehr.example.org/fhir", id="capitals in the host"),
        pytest.param(
            "https://ehr.example.org:443/fhir", "https://ehr.example.org/fhir", id="the default port, written"
        ),
        pytest.param(
            "http://ehr.example.org/fhir?p=2", "https://ehr.example.org/fhir?p=2", id="http behind a TLS proxy"
        ),
        pytest.param("http://ehr.example.org:80/fhir", "https://ehr.example.org/fhir", id="the same with its port"),
        pytest.param("http://ehr.example.org:443/fhir", "https://ehr.example.org/fhir", id="http on the proxy's port"),
        pytest.param(f"{BASE}?code=http://loinc.org|1", f"{BASE}?code=http://loinc.org|1", id="a bar, not encoded"),
        pytest.param(f"{BASE}?p=2#end", f"{BASE}?p=2", id="a fragment is not sent"),
    ],
)
def test_a_link_to_the_same_server_is_followed_on_the_base(link: str, followed: str) -> None:
    assert next_url(link, PAGE, BASE) == followed


@pytest.mark.parametrize(
    "link",
    [
        pytest.param("https://evil.example/fhir?p=2", id="another host"),
        pytest.param("https://ehr.example.org.evil.example/fhir", id="a longer host"),
        pytest.param("https://ehr.example.org./fhir", id="a trailing dot"),
        pytest.param("//evil.example/fhir", id="another host without a scheme"),
        pytest.param("https://ehr.example.org:8443/fhir", id="another port"),
        pytest.param("http://ehr.example.org:8080/fhir", id="an inner port"),
        pytest.param("https://ehr.example.org:80/fhir", id="the port of http with https"),
        pytest.param("https://ehr.example.org@evil.example/fhir", id="the host as user"),
        pytest.param("https://user:word@ehr.example.org/fhir", id="a user"),
        pytest.param("https://evil.example\\@ehr.example.org/fhir", id="a backslash"),
        pytest.param("https://ehr.example.org:x/fhir", id="no port"),
        pytest.param("https://ehr.example.org:99999/fhir", id="too large a port"),
        pytest.param("https://[::1/fhir", id="half an address"),
        pytest.param("ftp://ehr.example.org/fhir", id="another protocol"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("javascript:alert(1)", id="a script"),
        pytest.param("https:/ehr.example.org/fhir", id="one slash"),
        pytest.param("urn:uuid:4f1c", id="a name"),
        pytest.param("https://еhr.example.org/fhir", id="a Cyrillic letter"),
        pytest.param("/fhir?p=2 HTTP/1.1\r\nX: y", id="a header smuggled in"),
        pytest.param("/fhir?p=a b", id="a blank"),
        pytest.param("/\u00e9", id="beyond ASCII"),
    ],
)
def test_any_other_link_is_refused(link: str) -> None:
    assert next_url(link, PAGE, BASE) is None


@pytest.mark.parametrize(
    ("base", "link", "followed"),
    [
        (
            "http://127.0.0.1:8080/fhir",
            "http://127.0.0.1:8080/fhir?_getpages=1",
            "http://127.0.0.1:8080/fhir?_getpages=1",
        ),
        ("http://127.0.0.1:8080/fhir", "https://127.0.0.1:8080/fhir?p=2", "http://127.0.0.1:8080/fhir?p=2"),
        ("http://127.0.0.1:8080/fhir", "http://127.0.0.1:8081/fhir?p=2", None),
        ("http://127.0.0.1:8080/fhir", "http://127.0.0.1/fhir?p=2", None),
        ("http://127.0.0.1:8080/fhir", "http://localhost:8080/fhir?p=2", None),
        ("https://ehr.example.org:8443/fhir", "http://ehr.example.org:8443/fhir", "https://ehr.example.org:8443/fhir"),
        ("https://ehr.example.org:8443/fhir", "https://ehr.example.org/fhir", None),
        ("http://[::1]:8080/fhir", "http://[::1]:8080/fhir?p=2", "http://[::1]:8080/fhir?p=2"),
        ("https://ehr.example.org", "?p=2", "https://ehr.example.org/Observation?p=2"),
    ],
)
def test_the_base_gives_scheme_host_and_port(base: str, link: str, followed: str | None) -> None:
    assert next_url(link, f"{base}/Observation", base) == followed


LINKS = st.text(max_size=60) | st.text(alphabet="htps:/@#?\\.%[]:ehr.example.orgvil0480 \t\n", max_size=60)
STARTS = st.sampled_from(["", "/", "//", "?", "https://", "https://ehr.example.org", "http://ehr.example.org", "\\\\"])


@given(STARTS, LINKS)
def test_no_link_leads_away_from_the_base(start: str, rest: str) -> None:
    followed = next_url(start + rest, PAGE, BASE)

    if followed is not None:
        assert followed.startswith("https://ehr.example.org")
        assert urlsplit(followed).netloc == "ehr.example.org"
        assert urlsplit(followed).scheme == "https"
