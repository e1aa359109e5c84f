"""Addresses that nobody may be led to: by the setting itself, by a redirect, by a name."""

from __future__ import annotations

from tests.faults.case import CANARY, Family, Make, Stage, fails, healthy
from tests.faults.speech import by_path, document, posts, redirect, serves
from tests.servers import Script

FAMILY = Family("guards")

_V4 = CANARY.split(".")
_HEX = "".join(f"{int(part):02x}" for part in _V4)

# Each class of addresses that is not the public internet, with one of its own.
_CLASSES = {
    "loopback": CANARY,
    "private 10": "10.0.0.1",
    "private 172": "172.16.0.1",
    "private 192": "192.168.0.1",
    "link local metadata": "169.254.169.254",
    "carrier": "100.64.0.1",
    "metadata of another cloud": "168.63.129.16",
    "metadata behind a carrier": "100.100.100.200",
    "unspecified": "0.0.0.0",
    "this network": "0.0.0.1",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "benchmarks": "198.18.0.1",
    "documentation": "192.0.2.1",
    "loopback of IPv6": "[::1]",
    "unspecified of IPv6": "[::]",
    "private of IPv6": "[fd00:ec2::254]",
    "link local of IPv6": "[fe80::1]",
    "site local of IPv6": "[fec0::1]",
    "multicast of IPv6": "[ff02::1]",
    "mapped IPv4": f"[::ffff:{CANARY}]",
    "compatible IPv4": f"[::{CANARY}]",
    "NAT64": f"[64:ff9b::{_HEX[:4]}:{_HEX[4:]}]",
    "6to4": f"[2002:{_HEX[:4]}:{_HEX[4:]}::1]",
    "Teredo": "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
}

# The same private address as other people write it. The system's resolver understands most of them.
_FORMS = {
    "decimal": str(int(_HEX, 16)),
    "hexadecimal": "0x7f.2",
    "one hexadecimal number": f"0x{_HEX}",
    "short": "127.2",
}
_FORMS_IN_A_REDIRECT = {
    "octal": "0177.0.0.2",
    "circled digits": "①②⑦.⓪.⓪.②",
    "percent encoded": "127%2e0%2e0%2e2",
    "a user name like a host": f"127.0.0.1@{CANARY}",
    "mapped IPv4 in hexadecimal": f"[::ffff:{_HEX[:4]}:{_HEX[4:]}]",
}

_ELSEWHERE = {
    "the metadata address": "http://169.254.169.254/latest/meta-data/",
    "a file": "file:///etc/passwd",
    "ftp": f"ftp://{CANARY}/feed",
    "gopher": f"gopher://{CANARY}/_x",
    "a port of mail": "http://1.1.1.1:25/",
    "an address that is none": "http://[::1/",
}


def _directly(host: str) -> Make:
    return lambda stage: f"http://{host}:{stage.canary_port}/feed"


def _by_redirect(to: str) -> Make:
    return lambda stage: serves(redirect(to.format(port=stage.canary_port).encode().decode("latin-1")))


for _name, _host in _CLASSES.items():
    _line = f"The source's own address is {_host.strip('[]')}."
    FAMILY.made(f"address {_name}", _line, _directly(_host), fails("refused"))
for _name, _host in _FORMS.items():
    FAMILY.made(f"form {_name}", f"A private address is written `{_host}`.", _directly(_host), fails("refused"))
for _name, _host in _FORMS_IN_A_REDIRECT.items():
    _line = f"A redirect leads to a private address written `{_host}`."
    FAMILY.made(f"redirect {_name}", _line, _by_redirect(f"http://{_host}:{{port}}/"), fails("refused"))
for _name, _to in _ELSEWHERE.items():
    FAMILY.made(f"redirect to {_name}", f"A redirect leads to `{_to}`.", _by_redirect(_to), fails("refused"))


@FAMILY(fails("refused"))
def redirect_to_a_private_host(stage: Stage) -> Script:
    """A redirect leads to a private address."""
    return serves(redirect(f"http://{stage.canary}/"))


@FAMILY(fails("refused"))
def redirect_without_a_scheme(stage: Stage) -> Script:
    """A redirect names a private host and no scheme: `//host/`."""
    return serves(redirect(f"//{stage.canary}/"))


@FAMILY(fails("refused"))
def redirect_in_two_steps(stage: Stage) -> Script:
    """The first redirect is harmless, the second leads to a private address."""
    return by_path({"/feed": redirect("/next")}, redirect(f"http://{stage.canary}/"))


@FAMILY(healthy(2), fails("refused", kept=2))
def redirect_on_the_second_day(stage: Stage) -> Script:
    """A good source begins to lead to a private address."""
    return serves(document(posts(1, 2)), redirect(f"http://{stage.canary}/"))


@FAMILY(fails("refused"), scheme="https", tls=True, alone="its certificate is trusted in its own test only")
def redirect_down_to_http(_: Stage) -> Script:
    """A redirect leads from https to http."""
    return serves(redirect("http://127.0.0.1/feed"))


@FAMILY(healthy(1), fails("refused", kept=1), host="rebinds.test")
def rebinding(_: Stage) -> Script:
    """The name leads to a good address once, and to a private one whenever it is asked again."""
    return serves(document(posts(1)))


@FAMILY(healthy(1), fails("refused", kept=1), host="rebinds-to-metadata.test")
def rebinding_to_the_metadata_address(_: Stage) -> Script:
    """The name leads to a good address once, then to where a cloud gives out credentials."""
    return serves(document(posts(1)))


@FAMILY(fails("refused"), host="two-faced.test")
def a_private_address_among_good_ones(_: Stage) -> Script:
    """The name leads to a good address and to a private one."""
    return serves(document(posts(1)))


@FAMILY(fails("refused"))
def a_name_of_a_private_address(stage: Stage) -> str:
    """The name leads to a private address."""
    return f"http://inner.test:{stage.canary_port}/feed"


@FAMILY(fails("refused"))
def a_name_of_a_mapped_address(stage: Stage) -> str:
    """The name leads to a private address within an IPv6 one."""
    return f"http://mapped.test:{stage.canary_port}/feed"


@FAMILY(fails("refused"))
def a_name_of_the_metadata_address(_: Stage) -> str:
    """The name leads to where a cloud gives out credentials."""
    return "http://metadata.test/feed"


@FAMILY(fails("unreachable"))
def a_name_that_leads_nowhere(_: Stage) -> str:
    """The name does not exist."""
    return "http://nowhere.test/feed"


@FAMILY(fails("unreachable"), ends="lookup")
def a_name_server_that_hangs(_: Stage) -> str:
    """The name is looked up for a minute."""
    return "http://slow.test/feed"
