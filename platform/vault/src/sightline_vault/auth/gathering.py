"""Gather what can be known: from the token's claims, the model, Vault as far as it may be asked, and the API server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from sightline_vault.auth.evidence import Access, Evidence, Login, Mount, Role, Token
from sightline_vault.auth.kube import review
from sightline_vault.auth.paths import granting
from sightline_vault.client.errors import VaultError
from sightline_vault.client.secret import Secret
from sightline_vault.model.naming import Naming

if TYPE_CHECKING:
    from sightline_vault.client.client import VaultClient
    from sightline_vault.model.cluster import Cluster, VaultClusterSpec

_MISSING = (400, 404)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about: a login (`cluster`, `role` and a token's claims), a path, or a path after a login.

    `jwt` is None where the claims were only described; `kube_token` is by whom the API server is asked, if at all;
    without `try_login` none is tried.
    """

    cluster: str = ""
    role: str = ""
    token: Token | None = None
    jwt: Secret | None = None
    kube_token: Secret | None = None
    path: str = ""
    want: str = "read"
    try_login: bool = True


def gather(question: Question, spec: VaultClusterSpec, client: VaultClient, now: int) -> Evidence:
    """Return the evidence. A login that succeeds is only for this: its token is revoked.

    Raises:
        NoAnswerError: No node of Vault answers.
    """
    issuers = {each.name: each.issuer for each in spec.clusters}
    evidence = Evidence(now=now, cluster=question.cluster, issuers=issuers)
    asker: VaultClient | None = client
    if question.role:
        cluster = next(each for each in spec.clusters if each.name == question.cluster)
        evidence, asker = _about_login(question, spec, cluster, client, evidence)
    if question.path and asker is not None:
        evidence = replace(evidence, access=_access(question, spec, asker))
    if question.role and asker is not None and asker.token:
        asker.ask("POST", "auth/token/revoke-self")
    return evidence


def _about_login(
    question: Question, spec: VaultClusterSpec, cluster: Cluster, client: VaultClient, evidence: Evidence
) -> tuple[Evidence, VaultClient | None]:
    path = Naming(spec).auth_path(cluster.name)
    mount, config = _mount(client, path)
    role = _role(client, spec, cluster, question.role, mount)
    token = question.token or Token(given=False)
    evidence = replace(evidence, mount=mount, role=role, token=token)
    if question.jwt is not None and question.kube_token is not None and evidence.readable:
        host = config.get("kubernetes_host") or cluster.api
        ca = config.get("kubernetes_ca_cert") or cluster.ca
        told = review(host, ca, question.jwt, role.audience, question.kube_token)
        evidence = replace(evidence, review=told)
    if question.jwt is None or not question.try_login:
        return evidence, None
    body = {"role": question.role, "jwt": question.jwt.reveal()}
    answer = client.with_token(None).ask("POST", f"auth/{path}/login", body)
    evidence = replace(evidence, login=Login(tried=True, status=answer.status, errors=answer.errors))
    if not answer.ok:
        return evidence, None
    return evidence, client.with_token(Secret(answer.body["auth"]["client_token"]))


def _data(client: VaultClient, path: str) -> dict[str, Any] | None:
    """Return what is there: an empty mapping for nothing, None where the token may not look."""
    if not client.token:
        return None
    try:
        told = client.read(path)
    except VaultError as error:
        return {} if error.status in _MISSING else None
    return dict(told.get("data") or {}) if told else {}


def _mount(client: VaultClient, path: str) -> tuple[Mount, dict[str, Any]]:
    listed = _data(client, "sys/auth")
    if listed is None:
        return Mount(path), {}
    if f"{path}/" not in listed:
        return Mount(path, there="no"), {}
    config = _data(client, f"auth/{path}/config") or {}
    if not config:
        return Mount(path, there="yes"), {}
    pod = not config.get("disable_local_ca_jwt")
    reviewer: Literal["set", "pod", "none"] = "pod" if pod else "none"
    if config.get("token_reviewer_jwt_set"):
        reviewer = "set"
    return Mount(path, "yes", str(config.get("kubernetes_host", "")), reviewer), config


def _role(client: VaultClient, spec: VaultClusterSpec, cluster: Cluster, name: str, mount: Mount) -> Role:
    """Return the role as Vault has it, else as the model."""
    path = f"auth/{mount.path}/role"
    told = _data(client, f"{path}/{name}") if mount.there == "yes" else None
    if told is not None:
        try:
            others = client.list(path)
        except VaultError:
            others = ()
        if not told:
            return Role(name, there="no", source="Vault", others=others)
        return Role(
            name,
            "yes",
            tuple(told.get("bound_service_account_names") or ()),
            tuple(told.get("bound_service_account_namespaces") or ()),
            str(told.get("audience") or ""),
            tuple(told.get("token_policies") or ()),
            "Vault",
            others,
        )
    others = tuple(each.name for each in spec.roles if each.cluster == cluster.name)
    for each in spec.roles:
        if (each.cluster, each.name) == (cluster.name, name):
            audience = each.audience or cluster.audience
            return Role(name, "yes", each.service_accounts, each.namespaces, audience, each.policies, others=others)
    return Role(name, there="no", others=others)


def _access(question: Question, spec: VaultClusterSpec, client: VaultClient) -> Access:
    path = question.path.strip("/")
    access = Access(path, question.want, granting=granting(spec.policies, path, question.want))
    answer = client.ask("POST", "sys/capabilities-self", {"paths": [path]})
    if not answer.ok:
        return replace(access, valid=False)
    policies = client.ask("GET", "auth/token/lookup-self").data.get("policies") or ()
    return replace(access, capabilities=tuple(answer.data.get(path) or ()), policies=tuple(policies))
