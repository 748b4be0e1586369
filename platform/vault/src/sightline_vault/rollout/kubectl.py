"""The pods of a cluster by kubectl, which an operator has, with the rights and the context that are the operator's."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_core.errors import SightlineError
from sightline_vault.model.naming import Naming
from sightline_vault.rollout.steps import Pod, Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_vault.model.cluster import VaultClusterSpec

_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Kubectl:
    """The pods of a model's cluster. `program` is kubectl with what it needs to find the cluster."""

    spec: VaultClusterSpec
    program: Sequence[str] = ("kubectl",)

    def standing(self) -> Standing | None:
        """Return how the pods stand; None where the StatefulSet's controller has not seen its last change.

        Raises:
            SightlineError: kubectl is not there, or refuses.
        """
        owner = self._json("get", "statefulset", self.spec.name)
        status = owner.get("status", {})
        if status.get("observedGeneration") != owner["metadata"]["generation"] or not status.get("updateRevision"):
            return None
        names = Naming(self.spec)
        labels = ",".join(f"{key}={value}" for key, value in names.labels.items())
        pods = [_pod(each, names.active_label) for each in self._json("get", "pods", f"--selector={labels}")["items"]]
        return Standing(status["updateRevision"], owner["spec"]["replicas"], tuple(pods))

    def delete(self, pod: str) -> None:
        """Have a pod end in order; it is not waited for.

        Raises:
            SightlineError: kubectl refuses.
        """
        self._run("delete", "pod", pod, "--wait=false")

    def _json(self, *arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._run(*arguments, "--output=json"))
        return found

    def _run(self, *arguments: str) -> str:
        if shutil.which(self.program[0]) is None:
            raise SightlineError("kubectl is not there", where=self.program[0], help="install it, or name it in PATH")
        command = [*self.program, f"--namespace={self.spec.namespace}", *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - kubectl, with names that the model was held to
                command, capture_output=True, text=True, check=False, timeout=_TIMEOUT_S
            )
        except subprocess.TimeoutExpired as error:
            raise SightlineError("kubectl does not answer", where=" ".join(command)) from error
        if done.returncode:
            raise SightlineError("kubectl refused", where=" ".join(command), why=done.stderr.strip())
        return done.stdout


def _pod(found: dict[str, Any], active: str) -> Pod:
    metadata = found["metadata"]
    labels = metadata.get("labels", {})
    conditions = {each["type"]: each["status"] for each in found.get("status", {}).get("conditions", [])}
    return Pod(
        metadata["name"],
        labels.get("controller-revision-hash", ""),
        ready=conditions.get("Ready") == "True",
        active=labels.get(active) == "true",
        leaving="deletionTimestamp" in metadata,
    )
