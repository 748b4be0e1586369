"""Monitors, SLOs, dashboard, log pipeline, and how the Datadog Agent watches the servers.

`observability/datadog` is one directory of documents: `sightline datadog push` takes it whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.envelope import dumps
from sightline_datadog.directory import file_name, to_json
from sightline_vault.observability import agent, dashboard, monitors, slos
from sightline_vault.observability.logs_pipeline import pipeline
from sightline_vault.render.documents import yaml_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_vault.model.cluster import VaultClusterSpec


def render(spec: VaultClusterSpec) -> Mapping[str, str]:
    """Return the files."""
    promises = yaml_text(slos.slos(spec))
    documents = [*monitors.documents(spec), *slos.documents(promises), dashboard.document(spec)]
    return {
        **{f"observability/datadog/{file_name(each)}": to_json(each) for each in documents},
        "observability/slos.yaml": promises,
        "observability/logs/pipeline.json": dumps(pipeline(spec)),
        "observability/agent/annotations.json": dumps(agent.pod_annotations(spec)),
        "observability/agent/token-agent.json": dumps(agent.token_agent(spec)),
    }
