"""A real kube-apiserver over an etcd of its own: RBAC, pod security and bound service-account tokens, no nodes.

Without the controller manager a namespace has no `default` service account, `view`, `edit` and `admin` have no rules,
and nothing becomes a Pod by itself; `controller_manager` brings these.
"""

from __future__ import annotations

import json
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import ports
from .asking import Answer, ask
from .etcd import etcd
from .process import Server
from .program import need
from .tls import Authority, service_account_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

ISSUER = "https://kubernetes.default.svc.cluster.local"


@dataclass(frozen=True)
class KubeApiServer:
    """A running API server. `token` is an administrator's; `folder` holds its keys."""

    url: str
    ca: Path
    token: str
    folder: Path
    server: Server

    def ask(self, method: str, path: str, body: object = None, *, token: str = "") -> Answer:
        """Send one request, as the administrator or by the token given."""
        kind = "application/apply-patch+yaml" if method == "PATCH" else "application/json"
        headers = {"Authorization": f"Bearer {token or self.token}", "Content-Type": kind}
        return ask(method, self.url + path, body, headers=headers, ca=self.ca, timeout=20)

    def namespace(self, name: str, enforce: str = "privileged") -> None:
        """Make a namespace that enforces a profile of pod security."""
        labels = {"pod-security.kubernetes.io/enforce": enforce}
        self.ask("POST", "/api/v1/namespaces", {"metadata": {"name": name, "labels": labels}}).expect()

    def service_account(self, namespace: str, name: str) -> None:
        """Make a service account."""
        self.ask("POST", f"/api/v1/namespaces/{namespace}/serviceaccounts", {"metadata": {"name": name}}).expect()

    def token_of(self, namespace: str, name: str, audiences: Sequence[str] = (), seconds: int = 600) -> str:
        """Return a bound token of a service account, as a projected volume would hold it; 600 s is the least."""
        spec: dict[str, Any] = {"expirationSeconds": seconds} | ({"audiences": list(audiences)} if audiences else {})
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token"
        return str(self.ask("POST", path, {"spec": spec}).expect()["status"]["token"])

    def bind(self, role: str, namespace: str, name: str) -> None:
        """Bind a cluster role to a service account, in the whole cluster."""
        subject = {"kind": "ServiceAccount", "namespace": namespace, "name": name}
        reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role}
        body = {"metadata": {"generateName": f"{name}-"}, "roleRef": reference, "subjects": [subject]}
        self.ask("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", body).expect()

    def kubeconfig(self, path: Path, token: str = "") -> Path:
        """Write a kubeconfig for kubectl, helm or a controller; return its path."""
        cluster = {"server": self.url, "certificate-authority": str(self.ca)}
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "test", "cluster": cluster}],
            "users": [{"name": "test", "user": {"token": token or self.token}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
            "current-context": "test",
        }
        path.touch(mode=0o600)
        path.write_text(json.dumps(content))
        return path


@contextmanager
def kube_apiserver(folder: Path, *, arguments: Sequence[str] = (), within: float = 60) -> Iterator[KubeApiServer]:
    """Serve an empty cluster; `arguments` are added to the command (the last word on a flag is theirs)."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = Authority(folder / "tls")
    crt, key = authority.issue("apiserver", ["127.0.0.1", "localhost", "kubernetes.default.svc"])
    private, public = service_account_keys(folder / "tls")
    token = secrets.token_hex(16)
    tokens = folder / "tokens.csv"
    tokens.touch(mode=0o600)
    tokens.write_text(f"{token},admin,admin,system:masters\n")
    (port,) = ports.free(1)
    with etcd(folder / "etcd") as memory:
        command = [need("kube-apiserver"), f"--etcd-servers={memory}", f"--cert-dir={folder / 'run'}"]
        command += ["--bind-address=127.0.0.1", f"--secure-port={port}", f"--token-auth-file={tokens}"]
        command += [f"--tls-cert-file={crt}", f"--tls-private-key-file={key}", "--authorization-mode=Node,RBAC"]
        command += [f"--service-account-key-file={public}", f"--service-account-signing-key-file={private}"]
        command += [f"--service-account-issuer={ISSUER}", f"--api-audiences={ISSUER}", "--allow-privileged=true"]
        # An address of loopback cannot be an endpoint of the service `kubernetes`, so none is written.
        command += ["--service-cluster-ip-range=10.96.0.0/16", "--endpoint-reconciler-type=none", *arguments]
        server = Server("kube-apiserver", command, folder)
        made = KubeApiServer(f"https://127.0.0.1:{port}", authority.ca, token, folder, server)
        try:
            server.start()
            server.until(lambda: made.ask("GET", "/readyz").ok, within)
            yield made
        finally:
            server.close()


@contextmanager
def controller_manager(cluster: KubeApiServer, folder: Path, within: float = 60) -> Iterator[Server]:
    """Run the controllers beside an API server; ready once a new namespace gets its `default` service account."""
    folder.mkdir(parents=True, exist_ok=True)
    (port,) = ports.free(1)
    config = cluster.kubeconfig(folder / "kubeconfig")
    command = [need("kube-controller-manager"), f"--kubeconfig={config}", "--leader-elect=false"]
    command += ["--bind-address=127.0.0.1", f"--secure-port={port}", f"--cert-dir={folder / 'run'}"]
    command += [f"--root-ca-file={cluster.ca}", "--use-service-account-credentials=true"]
    command += [f"--service-account-private-key-file={cluster.folder / 'tls' / 'sa.key'}"]
    command += [f"--authentication-kubeconfig={config}", f"--authorization-kubeconfig={config}"]
    server = Server("kube-controller-manager", command, folder)
    try:
        server.start()
        account = "/api/v1/namespaces/default/serviceaccounts/default"
        server.until(lambda: cluster.ask("GET", account).ok, within)
        yield server
    finally:
        server.close()
