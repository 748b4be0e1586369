"""Sloth's default plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_slo.sloth import rules as made
from sightline_slo.sloth.model import SlothError
from sightline_slo.sloth.plugins.config import Config
from sightline_slo.sloth.validate import validate as check

if TYPE_CHECKING:
    from sightline_slo.sloth.model import Request, Rules
    from sightline_slo.sloth.plugins import Process


def validate(_config: Any) -> Process:
    """Refuse what is wrong, before any rule is made."""
    return _validate


def _validate(request: Request, _rules: Rules) -> None:
    try:
        check(request.slo)
    except SlothError as error:
        raise SlothError(f'invalid slo "{request.slo.id}": {error}') from error


def sli_rules(config: Any) -> Process:
    """Record the error ratios; `disableOptimized` counts the whole period instead of averaging ratios."""
    optimized = not Config(config, known=frozenset({"disableOptimized"})).flag("disableOptimized")

    def process(request: Request, rules: Rules) -> None:
        rules.sli.rules = made.sli_rules(request.slo, request.windows, optimized=optimized)

    return process


def metadata_rules(_config: Any) -> Process:
    """Record what is known of the SLO."""
    return _metadata_rules


def _metadata_rules(request: Request, rules: Rules) -> None:
    rules.metadata.rules = made.metadata_rules(request.info, request.slo, request.windows)


def alert_rules(_config: Any) -> Process:
    """Alert on the burn rates."""
    return _alert_rules


def _alert_rules(request: Request, rules: Rules) -> None:
    rules.alerts.rules = made.alert_rules(request.slo, request.windows)


def noop(_config: Any) -> Process:
    """Do nothing."""
    return _nothing


def debug(config: Any) -> Process:
    """Do nothing that a rule file shows: Sloth's writes to its log."""
    settings = Config(config, known=frozenset({"msg", "result", "request"}))
    settings.text("msg")
    settings.flag("result")
    settings.flag("request")
    return _nothing


def _nothing(_request: Request, _rules: Rules) -> None:
    """Leave the rules as they are."""
