"""The configuration: YAML files into one typed tree, or every mistake at once, each by its place.

`load(path)` reads the file, its includes, secrets from `*_file` twins and the environment, and checks what only the
whole can show (a rule that names a channel which is not there). Nothing below the door reads any of this: parts are
handed what they need.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from monitor import kinds
from monitor.config.checks import whole
from monitor.config.lean import lean
from monitor.config.mistakes import sentences
from monitor.config.raw import Raw, read
from monitor.errors import ConfigError
from monitor.fetch import HttpUrl
from monitor.notifiers import NotifierConfig
from monitor.pace import Duration
from monitor.policy.settings import GroupingConfig, RouteConfig
from monitor.rules import CategoryConfig, PlaceConfig, Rulebook, RuleConfig, WindowConfig, examples
from monitor.sources import SourceConfig

if TYPE_CHECKING:
    AnySource = SourceConfig
    AnyNotifier = NotifierConfig
else:

    def _any_of(folder: kinds.Folder) -> Any:
        """Make one type of all kinds in a folder, told apart by `kind`."""
        union = reduce(or_, (kinds.load(folder, name).Config for name in kinds.names(folder)))
        return Annotated[union, Field(discriminator="kind")] if len(kinds.names(folder)) > 1 else union

    AnySource = _any_of("sources")
    AnyNotifier = _any_of("notifiers")


_STORE_FORMS = r"^(embedded$|rediss?(\+sentinel|\+cluster)?://|unix://)"  # for editors; `_reachable` says what is wrong


def _reachable(url: str) -> str:
    if url != "embedded":
        from monitor.store import address, line  # noqa: PLC0415  # only who names a server pays for redis

        there = address.read(url)
        line.check_options(there.url or there.server(there.hosts[0]))
    return url


class StoreConfig(BaseModel):
    """Where posts and alerts are kept.

    url  `embedded`: a Valkey server of our own, its data in `dir`; or `redis://`, `unix://`, `redis+sentinel://`,
         `redis+cluster://`, over TLS with `rediss`
    dir  of the embedded server; relative to the folder the monitor is started in
    queue  how many posts may wait to be judged, or alerts in one channel, before polls pause
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, AfterValidator(_reachable), Field(json_schema_extra={"pattern": _STORE_FORMS})] = "embedded"
    dir: Path = Path("data")
    queue: Annotated[int, Field(gt=0)] = 100_000


class WebConfig(BaseModel):
    """The page and the health endpoint.

    listen  `ADDRESS:PORT`; port 0 takes a free one
    hosts   names under which the page may be asked for, beside the local ones
    url     under which people reach the page, for the links in messages
    token   whoever has it may acknowledge and silence from the page; without it the page only reads
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    listen: str = "127.0.0.1:8080"
    hosts: tuple[str, ...] = ()
    url: HttpUrl | None = None
    token: Annotated[SecretStr, Field(min_length=16)] | None = None

    @field_validator("listen")
    @classmethod
    def _address(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:
            raise ValueError(f"{value!r} is no address to listen on; wanted is one like 127.0.0.1:8080")
        return value

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)


class LogConfig(BaseModel):
    """`format`: auto writes for people on a terminal and JSON elsewhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["auto", "text", "json"] = "auto"
    level: Literal["debug", "info", "warning", "error"] = "info"


class OpsConfig(BaseModel):
    """What is told to whoever runs this: sources that fail, fall silent or lose posts, channels that take no alerts.

    to  ids of the channels that get these notices; without any they are only logged
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: tuple[str, ...] = ()


class OriginalsConfig(BaseModel):
    """Where the answers of sources are kept as they came, for whoever must prove later what was there.

    dir   relative to the folder the monitor is started in
    keep  how long
    most  MiB of them all, as packed; beyond that the oldest go
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    dir: Path
    keep: Annotated[Duration, Field(gt=0)] = 2_592_000.0
    most: Annotated[int, Field(gt=0)] = 1024


class Settings(BaseSettings):
    """The whole tree. The environment overrides the file: `MONITOR_STORE__URL`, `MONITOR_WEB__LISTEN`.

    contact  an address or page named in our User-Agent, so that a publisher can reach whoever runs this
    include  files, or patterns of files, relative to the one that names them
    """

    model_config = SettingsConfigDict(
        env_prefix="MONITOR_", env_nested_delimiter="__", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    store: StoreConfig = StoreConfig()
    web: WebConfig = WebConfig()
    log: LogConfig = LogConfig()
    ops: OpsConfig = OpsConfig()
    originals: OriginalsConfig | None = None
    contact: str | None = None
    include: tuple[str, ...] = ()
    sources: tuple[Annotated[AnySource, AfterValidator(lean)], ...] = ()
    channels: tuple[AnyNotifier, ...] = ()
    rules: tuple[RuleConfig, ...] = ()
    categories: tuple[CategoryConfig, ...] = ()
    places: tuple[PlaceConfig, ...] = ()
    windows: tuple[WindowConfig, ...] = ()
    routes: tuple[RouteConfig, ...] = ()
    grouping: GroupingConfig | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings

    @cached_property
    def watched(self) -> dict[str, SourceConfig]:
        """The sources that are polled, by id."""
        return {source.id: source for source in self.sources if source.enabled}

    @property
    def active_rules(self) -> list[RuleConfig]:
        return [rule for rule in self.rules if rule.enabled]

    def rulebook(self) -> Rulebook:
        """Compile the rules, with all that belongs to them."""
        return Rulebook(self.active_rules, self.categories, self.places)


def load(path: Path) -> Settings:
    """Read a configuration. Raises ConfigError with every mistake; then nothing may be started from it."""
    return validate(read(path))


def tried(path: Path, rules: Path | None = None) -> Settings:
    """Read a configuration, and try its rules on their own examples. Raises ConfigError also for those that fail.

    `rules`: a file whose rules stand instead of the configured ones.
    """
    raw = read(path, rules)
    settings = validate(raw)
    broken = examples.broken(settings.rules, settings.categories, settings.places)
    if mistakes := [f"{raw.place(('rules', *where))}: {why}" for where, why in broken]:
        raise ConfigError(_in_order(mistakes))
    return settings


def validate(raw: Raw) -> Settings:
    """Turn what was read into the typed tree, or raise ConfigError with all that is wrong with it."""
    mistakes = list(raw.mistakes)
    settings = None
    try:
        settings = Settings(**raw.tree)
    except ValidationError as error:
        mistakes += sentences(error, raw, Settings)
    mistakes += whole(raw)
    if mistakes or settings is None:
        raise ConfigError(_in_order(mistakes))
    return settings


def schema() -> dict[str, Any]:
    """Return the JSON Schema by which editors complete and check a configuration file."""
    tree = Settings.model_json_schema(by_alias=True)
    for definition in (tree, *tree["$defs"].values()):
        properties = definition.get("properties", {})
        for name in [name for name, of in properties.items() if _secret(of)]:
            properties[f"{name}_file"] = {
                "type": "string",
                "title": f"{name} from a file",
                "description": f"Path of a file that holds `{name}`; relative to the file that names it.",
            }
    tree["title"] = "Configuration of the monitor"
    return tree


def _secret(of: dict[str, Any]) -> bool:
    return any(one.get("format") == "password" for one in (of, *of.get("anyOf", ())))


def _in_order(mistakes: Iterable[str]) -> list[str]:
    """Return each mistake once, by file and line."""

    def place(mistake: str) -> tuple[str, int]:
        found = re.match(r"(.+?):(\d+): ", mistake)
        return (found[1], int(found[2])) if found else ("", 0)

    return sorted(dict.fromkeys(mistakes), key=place)
