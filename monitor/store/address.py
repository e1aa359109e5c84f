"""What stands in `store.url`, read without asking anybody. No word of it that is shown holds a secret.

    redis://[USER:PASSWORD@]HOST[:6379][/DB]                              one server; rediss:// over TLS
    unix://[USER:PASSWORD@]/PATH                                          one server, by its socket
    redis+sentinel://[USER:PASSWORD@]HOST[:26379][,HOST…]/MASTER[/DB]     the master that these Sentinels name
    redis+cluster://[USER:PASSWORD@]HOST[:6379][,HOST…]                   a cluster, known from any of its nodes

`rediss+sentinel` and `rediss+cluster` go over TLS. The forms with `+` are those of docket and Prefect. Options behind
a `?` are redis-py's; `sentinel_username` and `sentinel_password` are for the Sentinels, `shard` says where on a cluster
our keys are (see `shard.py`), everything else is for the servers with the data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from monitor.store.shard import FIRST

Host = tuple[str, int]

_FORMS = "embedded, redis://HOST:6379/0, unix:///PATH, redis+sentinel://HOST:26379/MASTER or redis+cluster://HOST:6379"
_FLEET = re.compile(
    r"(?P<scheme>rediss?)\+(?P<way>sentinel|cluster)://"
    r"(?:(?P<login>[^@/?#]*)@)?(?P<hosts>[^@/?#]+)(?:/(?P<path>[^?#]*))?(?:\?(?P<query>[^#]*))?"
)
_PORTS = {"sentinel": 26379, "cluster": 6379}


@dataclass(frozen=True)
class Address:
    """`way`: how to find the server that takes our commands; `hosts`: whom to ask for it; `master`: by what name.

    `shard`: where on a cluster our keys are.
    """

    way: Literal["server", "sentinel", "cluster"]
    place: str
    url: str = ""
    hosts: tuple[Host, ...] = ()
    master: str = ""
    scheme: str = "redis"
    login: str = ""
    database: str = "0"
    options: tuple[tuple[str, str], ...] = ()
    shard: str = FIRST

    def server(self, host: Host) -> str:
        """Return the URL of a server with the data, as redis-py reads it."""
        options = [(name, value) for name, value in self.options if not name.startswith("sentinel_")]
        return _url(self.scheme, self.login, host, f"/{self.database}", options)

    def sentinel(self, host: Host) -> str:
        """Return the URL of a Sentinel: over TLS with the same certificates, with a login of its own."""
        own = {name.removeprefix("sentinel_"): value for name, value in self.options if name.startswith("sentinel_")}
        login = ":".join(quote(own.get(part, ""), safe="") for part in ("username", "password"))
        tls = [(name, value) for name, value in self.options if name.startswith("ssl_")]
        return _url(self.scheme, "" if login == ":" else login, host, "", tls)


def read(url: str) -> Address:
    """Read an address. Raises ValueError with a sentence that shows nothing of it."""
    scheme = url.partition("://")[0]
    if scheme in ("redis", "rediss", "unix"):
        return _server(url)
    if "+" not in scheme or "://" not in url or scheme.partition("+")[2] not in _PORTS:
        raise ValueError(f"this is no store; wanted is {_FORMS}")
    found = _FLEET.fullmatch(url)
    if not found:
        raise ValueError(f"no address of a store can be read from this; wanted is {_FORMS}")
    way: Literal["sentinel", "cluster"] = "sentinel" if found["way"] == "sentinel" else "cluster"
    hosts = tuple(_host(one, _PORTS[way]) for one in found["hosts"].split(","))
    master, database = _path(way, found["path"] or "")
    shown = ",".join(map(authority, hosts))
    options, shard = _shard(way, parse_qsl(found["query"] or "", keep_blank_values=True))
    return Address(
        way=way,
        place=f"{scheme}://{shown}{f'/{master}' if master else ''}{f'?shard={shard}' if shard != FIRST else ''}",
        hosts=hosts,
        master=master,
        scheme=found["scheme"],
        login=found["login"] or "",
        database=database,
        options=tuple(options),
        shard=shard,
    )


def authority(host: Host) -> str:
    """Return HOST:PORT, an IPv6 address in brackets."""
    return f"[{host[0]}]:{host[1]}" if ":" in host[0] else f"{host[0]}:{host[1]}"


def _server(url: str) -> Address:
    try:
        parts = urlsplit(url)
        port = parts.port
        usable = bool(parts.path if parts.scheme == "unix" else parts.hostname) and port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("no address of a store can be read from this; wanted is one like redis://HOST:6379/0")
    if parts.scheme == "unix":
        return Address(way="server", place=f"unix://{parts.path}", url=url)
    place = f"{parts.scheme}://{parts.hostname}{f':{port}' if port else ''}{parts.path}"
    return Address(way="server", place=place, url=url)


def _host(written: str, port: int) -> Host:
    try:
        parts = urlsplit(f"//{written}")
        host, given = parts.hostname, parts.port
    except ValueError:
        host, given = None, 0
    if not host or given == 0:
        raise ValueError("one of the hosts in this address cannot be read; wanted is HOST:PORT,HOST:PORT")
    return host, given or port


def _path(way: str, path: str) -> tuple[str, str]:
    """Return the name of the master and the number of the database."""
    if way == "cluster":
        if path not in ("", "0"):
            raise ValueError("a cluster has no name and no numbered databases; end the address after its hosts")
        return "", "0"
    master, _, database = path.partition("/")
    if not re.fullmatch(r"[A-Za-z0-9._-]+", master):
        raise ValueError(
            "behind the hosts of the Sentinels stands the name they know the master by, as in "
            "redis+sentinel://HOST:26379,HOST:26379/mymaster"
        )
    if not re.fullmatch(r"\d*", database):
        raise ValueError("behind the name of the master may stand the number of a database, and nothing else")
    return master, database or "0"


def _shard(way: str, options: list[tuple[str, str]]) -> tuple[list[tuple[str, str]], str]:
    """Return the options that are not ours, and the shard of a cluster that is named among them."""
    if way != "cluster":
        return options, FIRST
    named = [value for name, value in options if name == "shard"] or [FIRST]
    if len(named) > 1 or not re.fullmatch(r"\d\d", named[0], re.ASCII):
        raise ValueError("the shard of a cluster has two digits, as in redis+cluster://HOST:6379?shard=07")
    return [one for one in options if one[0] != "shard"], named[0]


def _url(scheme: str, login: str, host: Host, path: str, options: list[tuple[str, str]]) -> str:
    query = f"?{urlencode(options)}" if options else ""
    return f"{scheme}://{f'{login}@' if login else ''}{authority(host)}{path}{query}"
