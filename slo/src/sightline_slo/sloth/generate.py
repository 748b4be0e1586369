"""From an SLO to its rules: the chain of plugins, with Sloth's own in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_slo.sloth import gofmt, plugins
from sightline_slo.sloth.model import Info, PluginUse, Request, Result, Rules, SlothError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_slo.sloth.model import Slo, Spec, Windows

DEFAULT_CHAIN = tuple(
    PluginUse(f"sloth.dev/core/{each}/v1") for each in ("validate", "sli_rules", "metadata_rules", "alert_rules")
)


class Generator:
    """Makes rules of specs, the same way for every spec of a run."""

    def __init__(
        self,
        windows: Mapping[int, Windows],
        repository: plugins.Repository,
        version: str,
        *,
        extra_labels: Mapping[str, str] | None = None,
        command_plugins: Sequence[PluginUse] = (),
        default_plugins: bool = True,
    ) -> None:
        self.windows = windows
        self._repository = repository
        self._version = version
        self._extra_labels = dict(extra_labels or {})
        self._command_plugins = list(command_plugins)
        self._checking = False
        self._default_chain = DEFAULT_CHAIN if default_plugins else ()

    def generate(self, spec: Spec) -> list[Result]:
        """Make the rules of every SLO of a spec.

        Raises:
            SlothError: the first thing that is wrong.
        """
        ids: set[str] = set()
        for slo in spec.slos:
            if slo.id in ids:
                raise SlothError(
                    f'could not generate Prometheus SLO rules: invalid SLO group: SLO ID "{slo.id}" is repeated'
                )
            ids.add(slo.id)
        info = Info(self._version, spec.mode, spec.version)
        results = []
        for slo in spec.slos:
            slo.labels = slo.labels | self._extra_labels
            try:
                results.append(self._one(info, spec, slo))
            except SlothError as error:
                raise SlothError(
                    f'could not generate Prometheus SLO rules: could not generate "{slo.id}" slo: {error}'
                ) from error
        return results

    def check(self, spec: Spec) -> None:
        """Refuse what `generate` refuses, and make no rules that cannot fail.

        Raises:
            SlothError: the first thing that is wrong.
        """
        self._checking = True
        try:
            self.generate(spec)
        finally:
            self._checking = False

    def _one(self, info: Info, spec: Spec, slo: Slo) -> Result:
        windows = self.windows.get(slo.period_ms)
        if windows is None:
            raise SlothError(f"the {gofmt.spell(slo.period_ms)} SLO period time window is not supported")
        request = Request(info, slo, windows, spec.kubernetes)
        rules = Rules()
        for process in self._chain(slo):
            try:
                process(request, rules)
            except SlothError as error:
                raise SlothError(f"slo processor failed: {error}") from error
        for group, kind in (
            (rules.sli, "sli-recordings"),
            (rules.metadata, "meta-recordings"),
            (rules.alerts, "alerts"),
        ):
            group.name = group.name or f"sloth-slo-{kind}-{slo.id}"
        # Sloth means to name the extra groups too, and names a copy of each: they stay without a name.
        return Result(request.slo, rules)

    def _chain(self, slo: Slo) -> list[plugins.Process]:
        uses = [*([] if slo.override_plugins else self._command_plugins), *slo.plugins]
        uses.sort(key=lambda use: use.priority)
        made = [(use.priority, self._repository.slo(use)) for use in uses]
        # Metadata and alerts are made without a fault, and matter only to plugins that look at them.
        wanted = self._default_chain[:2] if self._checking and not made else self._default_chain
        default = [] if slo.override_plugins else [self._repository.slo(each) for each in wanted]
        before = [process for priority, process in made if priority < 0]
        return [*before, *default, *(process for priority, process in made if priority >= 0)]
