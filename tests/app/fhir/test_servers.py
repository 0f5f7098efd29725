"""Which addresses a caller may have us call."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.fhir.servers import allowed
from app.settings import Settings

CLOSED = Settings()
SITE = Settings.model_validate(
    {
        "fhir_servers": (
            "https://ehr.example.org/api/FHIR/R4",
            "https://ehr.example.org:8443/fhir",
            "http://10.1.2.3/fhir",
        )
    }
)
SANDBOX = Settings(sandbox=True)


@pytest.mark.parametrize(
    ("asked", "called"),
    [
        ("https://ehr.example.org/api/FHIR/R4", "https://ehr.example.org/api/FHIR/R4"),
        ("https://ehr.example.org/api/FHIR/R4/", "https://ehr.example.org/api/FHIR/R4"),
        ("HTTPS://EHR.Example.org:443/api/FHIR/R4", "https://ehr.example.org/api/FHIR/R4"),
        ("https://ehr.example.org:8443/fhir", "https://ehr.example.org:8443/fhir"),
    ],
)
def test_a_configured_base_is_called_however_it_is_spelled(asked: str, called: str) -> None:
    assert allowed(asked, SITE) == called


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("https://ehr.example.org/api/FHIR/R4/tenant", id="below a base"),
        pytest.param("https://ehr.example.org/api/FHIR", id="above a base"),
        pytest.param("https://ehr.example.org/api/fhir/r4", id="paths have capitals"),
        pytest.param("https://ehr.example.org/api/FHIR/R4/../../../admin", id="dots"),
        pytest.param("https://ehr.example.org/api/FHIR/R4/%2e%2e", id="escaped dots"),
        pytest.param("https://ehr.example.org//api/FHIR/R4", id="an empty segment"),
        pytest.param("https://ehr.example.org/api/FHIR/R4?x=1", id="a query"),
        pytest.param("https://ehr.example.org/api/FHIR/R4#x", id="a fragment"),
        pytest.param("http://ehr.example.org/api/FHIR/R4", id="no TLS"),
        pytest.param("http://ehr.example.org:443/api/FHIR/R4", id="no TLS on its port"),
        pytest.param("http://10.1.2.3/fhir", id="configured, but neither TLS nor the loopback"),
        pytest.param("https://ehr.example.org:444/api/FHIR/R4", id="another port"),
        pytest.param("https://ehr.example.org.evil.example/api/FHIR/R4", id="a longer host"),
        pytest.param("https://ehr.example.org./api/FHIR/R4", id="a trailing dot"),
        pytest.param("https://ehr.example.org@evil.example/api/FHIR/R4", id="the host as user"),
        pytest.param("https://user@ehr.example.org/api/FHIR/R4", id="a user"),
        pytest.param("https://evil.example\\@ehr.example.org/api/FHIR/R4", id="a backslash"),
        pytest.param("https://ehr.example.org:443@evil.example/api/FHIR/R4", id="the port as password"),
        pytest.param("https://ehr.example.org:0443/api/FHIR/R4", id="a port with a zero in front"),
        pytest.param("https://ehr.example.org:/api/FHIR/R4", id="an empty port"),
        pytest.param("https://ehr.example.org:99999/api/FHIR/R4", id="no port at all"),
        pytest.param("https://еhr.example.org/api/FHIR/R4", id="a Cyrillic letter"),
        pytest.param("https://ehr.example。org/api/FHIR/R4", id="an ideographic full stop"),
        pytest.param("https://ehr.example.org/api/FHIR/R4\n", id="a line feed at the end"),
        pytest.param(" https://ehr.example.org/api/FHIR/R4", id="a blank in front"),
        pytest.param("https:/ehr.example.org/api/FHIR/R4", id="one slash"),
        pytest.param("//ehr.example.org/api/FHIR/R4", id="no scheme"),
        pytest.param("ftp://ehr.example.org/api/FHIR/R4", id="ftp"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("https://127.0.0.1/fhir", id="the loopback, which is not configured"),
        pytest.param("http://169.254.169.254/latest/meta-data", id="a cloud's metadata"),
        pytest.param("", id="nothing"),
    ],
)
def test_anything_but_a_configured_base_is_refused(asked: str) -> None:
    assert allowed(asked, SITE) is None


@pytest.mark.parametrize("asked", ["https://ehr.example.org/api/FHIR/R4", "http://127.0.0.1:8080/fhir"])
def test_by_default_nothing_is_called(asked: str) -> None:
    assert allowed(asked, CLOSED) is None


def test_a_configured_server_on_the_loopback_needs_no_tls() -> None:
    settings = Settings.model_validate({"fhir_servers": ("http://localhost:8080/fhir",)})

    assert allowed("http://localhost:8080/fhir", settings) == "http://localhost:8080/fhir"
    assert allowed("http://127.0.0.1:8080/fhir", settings) is None


@pytest.mark.parametrize(
    "asked",
    [
        "http://127.0.0.1:8080/fhir",
        "http://127.0.0.1/fhir",
        "http://127.255.0.7:1/a/b",
        "http://localhost:9000",
        "https://localhost/fhir",
        "http://[::1]:8080/fhir",
    ],
)
def test_the_sandbox_calls_the_loopback(asked: str) -> None:
    assert allowed(asked, SANDBOX) == asked


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("http://127.0.0.1.evil.example/fhir", id="a host that begins so"),
        pytest.param("http://localhost.evil.example/fhir", id="a host that begins with localhost"),
        pytest.param("http://notlocalhost/fhir", id="a host that ends so"),
        pytest.param("http://127.0.0.1@evil.example/fhir", id="the loopback as user"),
        pytest.param("http://evil.example#@127.0.0.1/fhir", id="the loopback behind a fragment"),
        pytest.param("http://evil.example?@127.0.0.1/fhir", id="the loopback behind a query"),
        pytest.param("http://evil.example\\@127.0.0.1/fhir", id="the loopback behind a backslash"),
        pytest.param("http://127.1/fhir", id="shortened"),
        pytest.param("http://2130706433/fhir", id="one number"),
        pytest.param("http://0x7f.0.0.1/fhir", id="hexadecimal"),
        pytest.param("http://0177.0.0.1/fhir", id="octal"),
        pytest.param("http://127.0.0.256/fhir", id="no address"),
        pytest.param("http://128.0.0.1/fhir", id="just past the net"),
        pytest.param("http://0.0.0.0/fhir", id="any address"),
        pytest.param("http://[::]/fhir", id="any address of IPv6"),
        pytest.param("http://[::2]/fhir", id="just past the loopback of IPv6"),
        pytest.param("http://[::1%25eth0]/fhir", id="a zone"),
        pytest.param("http://[:::::]/fhir", id="no IPv6 address"),
        pytest.param("http://①27.0.0.1/fhir", id="a circled digit"),
        pytest.param("http://192.168.0.1/fhir", id="the inner network"),
        pytest.param("https://ehr.example.org/fhir", id="the outer world"),
    ],
)
def test_the_sandbox_calls_nothing_else(asked: str) -> None:
    assert allowed(asked, SANDBOX) is None


ODD = st.text(alphabet="https:/@#?\\.%[]0127 localhostevil.example\t\n。①", max_size=40)


@given(ODD | st.text(max_size=40), st.sampled_from(["", "http://", "https://", "http://127.0.0.1", "http://localhost"]))
@example("@evil.example", "http://127.0.0.1")
def test_whatever_the_sandbox_calls_is_on_the_loopback(rest: str, start: str) -> None:
    found = allowed(start + rest, SANDBOX)

    if found is not None:
        host = found.split("://")[1].split("/")[0]
        name = host.rsplit(":", 1)[0] if host.count(":") == 1 else host
        assert name == "localhost" or name.startswith(("127.", "[::1]", "[0"))
        assert set(found).isdisjoint("@?#\\% \t\n")


@given(ODD | st.text(max_size=40))
def test_a_site_calls_only_the_very_addresses_it_configured(rest: str) -> None:
    assert allowed("https://ehr.example.org" + rest, SITE) in {None, *SITE.fhir_servers}
