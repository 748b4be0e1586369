"""What Sloth's compiler passes from a spec to its rules; plugins see these very objects and may change them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SLI_METRIC = "slo:sli_error:ratio_rate"
INFO_METRIC = "sloth_slo_info"
ID, NAME, SERVICE, WINDOW = "sloth_id", "sloth_slo", "sloth_service", "sloth_window"
DEFAULT_PERIOD_MS = 30 * 86_400_000


class SlothError(Exception):
    """What Sloth answers with exit code 1; the message goes to standard error."""


class SlothCrashError(Exception):
    """What crashes Sloth, whose exit code is then 2: an OpenSLO objective without a target."""


@dataclass(slots=True)
class AlertMeta:
    """One severity's alert as the spec has it."""

    disable: bool = True
    name: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class PluginUse:
    """A plugin in a chain. Those below 0 run before the default ones."""

    id: str
    config: Any = None
    priority: int = 0


@dataclass(slots=True)
class Slo:
    """One SLO. `events` holds the error and the total query, `raw` the query of an error ratio."""

    id: str
    name: str
    service: str
    description: str
    objective: float
    period_ms: int
    labels: dict[str, str]
    events: tuple[str, str] | None = None
    raw: str | None = None
    page: AlertMeta = field(default_factory=AlertMeta)
    ticket: AlertMeta = field(default_factory=AlertMeta)
    override_plugins: bool = False
    plugins: list[PluginUse] = field(default_factory=list)


@dataclass(slots=True)
class KubernetesMeta:
    """The head of a Kubernetes object; labels and annotations that were not there stay None."""

    name: str = ""
    namespace: str = ""
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None


@dataclass(slots=True)
class Spec:
    """The SLOs of one document. `odd` says that a strict reader would have something to say about it."""

    mode: str
    version: str
    slos: list[Slo]
    kubernetes: KubernetesMeta | None = None
    odd: bool = False


@dataclass(slots=True)
class Rule:
    """A rule of Prometheus: a recording where `record` is set, an alert where `alert` is."""

    record: str = ""
    alert: str = ""
    expr: str = ""
    for_ms: int = 0
    labels: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Group:
    """A group of rules; the default name is set after all plugins have run."""

    name: str = ""
    interval_ms: int = 0
    rules: list[Rule] = field(default_factory=list)


@dataclass(slots=True)
class Rules:
    """All rules of an SLO."""

    sli: Group = field(default_factory=Group)
    metadata: Group = field(default_factory=Group)
    alerts: Group = field(default_factory=Group)
    extra: list[Group] = field(default_factory=list)

    @property
    def groups(self) -> list[Group]:
        """Those that have rules, in the order of the file."""
        return [each for each in (self.sli, self.metadata, self.alerts, *self.extra) if each.rules]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two windows of an alert, in milliseconds, and how fast the budget burns when it alerts."""

    short_ms: int
    long_ms: int
    budget_percent: float
    factor: float


@dataclass(frozen=True, slots=True)
class Windows:
    """The four pairs for one period."""

    period_ms: int
    page_quick: Pair
    page_slow: Pair
    ticket_quick: Pair
    ticket_slow: Pair

    @property
    def all_ms(self) -> list[int]:
        """Every window of the alerts once, the shortest first."""
        pairs = (self.page_quick, self.page_slow, self.ticket_quick, self.ticket_slow)
        return sorted({each for pair in pairs for each in (pair.short_ms, pair.long_ms)})


@dataclass(slots=True)
class Info:
    """Who generates: recorded in the labels of `sloth_slo_info`."""

    version: str
    mode: str
    spec: str


@dataclass(slots=True)
class Request:
    """What a plugin is asked about."""

    info: Info
    slo: Slo
    windows: Windows
    kubernetes: KubernetesMeta | None = None


@dataclass(slots=True)
class Result:
    """The SLO as the plugins left it, and its rules."""

    slo: Slo
    rules: Rules
