"""What is known of one refused login or request: plain values, whoever gathered them. None of it is a secret."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the form is read from the annotations at run time
from dataclasses import dataclass, field
from typing import Literal

Known = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Token:
    """What a service account's token says of itself, which nobody has verified. Times are seconds since 1970."""

    given: bool = True
    problem: str = ""
    issuer: str = ""
    audiences: tuple[str, ...] = ()
    namespace: str = ""
    service_account: str = ""
    uid: str = ""
    expires: int = 0
    not_before: int = 0


@dataclass(frozen=True, slots=True)
class Role:
    """A role as `source` has it; `others` are the names of all roles of its mount."""

    name: str = ""
    there: Known = "unknown"
    service_accounts: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    audience: str = ""
    policies: tuple[str, ...] = ()
    source: Literal["Vault", "the model"] = "the model"
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mount:
    """An auth mount: `host` is the API server that it asks, `reviewer` by whose token."""

    path: str = ""
    there: Known = "unknown"
    host: str = ""
    reviewer: Literal["set", "pod", "none", "unknown"] = "unknown"


@dataclass(frozen=True, slots=True)
class Review:
    """What the API server said of the token: `status` 0 where it did not answer, then `error` is the network's."""

    asked: bool = False
    where: str = ""
    status: int = 0
    authenticated: bool = False
    error: str = ""
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Login:
    """What Vault said when the login was tried."""

    tried: bool = False
    status: int = 0
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """What a token of Vault may do on a path; `valid` is false where Vault knows no such token.

    `policies` are those of the token, `granting` those of the model that would allow it.
    """

    path: str = ""
    want: str = "read"
    valid: bool = True
    capabilities: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    granting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it. `issuers` are those of the model's clusters, by name."""

    now: int = 0
    cluster: str = ""
    mount: Mount = field(default_factory=Mount)
    role: Role = field(default_factory=Role)
    token: Token = field(default_factory=Token)
    issuers: Mapping[str, str] = field(default_factory=dict)
    review: Review = field(default_factory=Review)
    login: Login = field(default_factory=Login)
    access: Access = field(default_factory=Access)

    @property
    def about_login(self) -> bool:
        """Whether a login is in question."""
        return bool(self.role.name)

    @property
    def readable(self) -> bool:
        """Whether the token said anything."""
        return self.about_login and self.token.given and not self.token.problem

    @property
    def home(self) -> str:
        """The model's cluster that the token says it is from; empty where none is, or it does not say."""
        return next((name for name, issuer in self.issuers.items() if issuer == self.token.issuer), "")
