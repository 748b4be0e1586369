"""Sloth's command line, parsed as kingpin does: flags anywhere, `SLOTH_*` as defaults, `@file` for more arguments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LINE_END = re.compile(r"\r?\n")
_TRUE, _FALSE = {"1", "t", "T", "TRUE", "true", "True"}, {"0", "f", "F", "FALSE", "false", "False"}


class UsageError(Exception):
    """A command line that kingpin refuses; exit code 1, as everything that Sloth refuses."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag. `kind` is text, bool, list, map or logger."""

    name: str
    help: str
    short: str = ""
    kind: str = "text"
    default: str = ""
    required: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that stands for it."""
        return "SLOTH_" + re.sub(r"[^a-zA-Z0-9_]+", "_", self.name).upper()


GLOBAL = (
    Flag("debug", "Enable debug mode.", kind="bool"),
    Flag("no-log", "Write no findings to standard error.", kind="bool"),
    Flag("no-color", "Write findings without colour.", kind="bool"),
    Flag("logger", "Form of the log: default or json.", kind="logger", default="default"),
)
_SHARED = (
    Flag("fs-exclude", "Leave out files whose path matches this expression.", "e"),
    Flag("fs-include", "Take only files whose path matches this expression; --fs-exclude wins.", "n"),
    Flag("extra-labels", "key=value, added to every rule; repeatable.", "l", "map"),
    Flag("plugins-path", "Where plugins are (files ending in plugin.py); repeatable.", "p", "list"),
    Flag("slo-period-windows-path", "A directory of AlertWindows, in place of those built in."),
    Flag("default-slo-period", "The period of SLOs that name none.", default="30d"),
    Flag("slo-plugins", "A plugin for every SLO, as JSON with id, config and priority; repeatable.", "s", "list"),
    Flag("disable-default-slo-plugins", "Run none of the default plugins.", kind="bool"),
)
_TRANSFORM = "sloth.dev/k8stransform/prom-operator-prometheus-rule/v1"
COMMANDS: dict[str, tuple[Flag, ...]] = {
    "generate": (
        Flag("input", "A spec, or a directory of specs.", "i"),
        Flag(
            "out",
            "The file of rules, - for standard output, or the directory where the input is one.",
            "o",
            default="-",
        ),
        *_SHARED,
        Flag("disable-recordings", "Leave out recording rules.", kind="bool"),
        Flag("disable-alerts", "Leave out alerts.", kind="bool"),
        Flag("k8s-transform-plugin-id", "The plugin that makes Kubernetes objects.", default=_TRANSFORM),
    ),
    "validate": (
        Flag("input", "A spec, or a directory of specs.", "i", required=True),
        *_SHARED,
        Flag("ignore-slo-duplicates", "Allow an SLO in more than one place.", kind="bool", default="false"),
    ),
    "version": (),
}


@dataclass(slots=True)
class Values:
    """What a command line and the environment set."""

    command: str = ""
    help: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    flags: dict[str, bool] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    maps: dict[str, dict[str, str]] = field(default_factory=dict)

    def set(self, flag: Flag, value: str) -> None:
        """Take a value for a flag.

        Raises:
            UsageError: it is none.
        """
        if flag.kind == "bool":
            if value not in _TRUE | _FALSE:
                raise UsageError(f'strconv.ParseBool: parsing "{value}": invalid syntax')
            self.flags[flag.name] = value in _TRUE
        elif flag.kind == "list":
            self.lists.setdefault(flag.name, []).append(value)
        elif flag.kind == "map":
            parts = re.split(r"[:=]", value, maxsplit=1)
            if len(parts) == 1:
                raise UsageError(f"expected KEY=VALUE got '{value}'")
            self.maps.setdefault(flag.name, {})[parts[0]] = parts[1]
        elif flag.kind == "logger" and value not in {"default", "json"}:
            raise UsageError(f"enum value must be one of default,json, got '{value}'")
        else:
            self.texts[flag.name] = value


class _Arguments:
    def __init__(self, arguments: Sequence[str]) -> None:
        self.left = list(arguments)
        self.plain = False
        self.pushed: tuple[str, str] | None = None

    def next(self, known: Mapping[str, Flag]) -> tuple[str, str] | None:
        """Return the kind (`long`, `short`, `argument`) and the text of the next token."""
        if self.pushed is not None:
            token, self.pushed = self.pushed, None
            return token
        while self.left:
            argument = self.left.pop(0)
            if self.plain:
                return "argument", argument
            if argument == "--":
                self.plain = True
                continue
            if argument.startswith("--"):
                name, equals, value = argument[2:].partition("=")
                self.pushed = ("argument", value) if equals else None
                return "long", name
            if argument.startswith("-"):
                return self._short(argument, known)
            if argument.startswith("@"):
                self.left[:0] = _expanded(argument[1:])
                continue
            return "argument", argument
        return None

    def _short(self, argument: str, known: Mapping[str, Flag]) -> tuple[str, str]:
        if len(argument) == 1:
            return "argument", ""
        name, rest = argument[1], argument[2:]
        flag = known.get(f"-{name}")
        if rest and flag is not None and flag.kind != "bool":
            self.pushed = ("argument", rest)
        elif rest:
            self.left.insert(0, f"-{rest}")
        return "short", name


def _expanded(name: str) -> list[str]:
    if not name:
        raise UsageError("expected @ file to expand arguments from")
    try:
        lines = Path(name).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f'failed to open arguments file "{name}": {error}') from error
    return [line for line in lines if line.strip() and not line.startswith("#")]


def parse(arguments: Sequence[str], environment: Mapping[str, str]) -> Values:
    """Parse a command line.

    Raises:
        UsageError: kingpin refuses it.
    """
    values = Values()
    known = _by_name(GLOBAL)
    tokens = _Arguments(arguments)
    given: set[str] = set()
    while (token := tokens.next(known)) is not None:
        kind, text = token
        if kind == "argument":
            if values.command:
                raise UsageError(f"unexpected {text}")
            if text == "help":
                values.help = True
                continue
            if text not in COMMANDS:
                raise UsageError(f'expected command but got "{text}"')
            values.command = text
            known = _by_name((*GLOBAL, *COMMANDS[text]))
        elif (kind, text) in {("long", "help"), ("long", "help-long"), ("long", "help-man"), ("short", "h")}:
            values.help = True
        else:
            _flag(kind, text, known, tokens, values, given)
    _defaults(values, known, given, environment)
    return values


def _by_name(flags: Sequence[Flag]) -> dict[str, Flag]:
    return {f"--{each.name}": each for each in flags} | {f"-{each.short}": each for each in flags if each.short}


def _flag(  # noqa: PLR0917 - one step of the loop above
    kind: str, name: str, known: Mapping[str, Flag], tokens: _Arguments, values: Values, given: set[str]
) -> None:
    dashes = "--" if kind == "long" else "-"
    flag, inverted = known.get(dashes + name), False
    if flag is None and kind == "long" and name.startswith("no-"):
        flag, inverted = known.get(f"--{name[3:]}"), True
    if flag is None or (inverted and flag.kind != "bool"):
        raise UsageError(f"unknown {kind} flag '{dashes}{name}'")
    if flag.kind == "bool":
        value = "false" if inverted else "true"
    else:
        token = tokens.next(known)
        if token is None or token[0] != "argument":
            raise UsageError(f"expected argument for flag '{dashes}{name}'")
        value = token[1]
    if flag.name in given and flag.kind not in {"list", "map"}:
        raise UsageError(f"flag '{flag.name}' cannot be repeated")
    given.add(flag.name)
    values.set(flag, value)


def _defaults(values: Values, known: Mapping[str, Flag], given: set[str], environment: Mapping[str, str]) -> None:
    if values.help:
        return
    missing = []
    for flag in {each.name: each for each in known.values()}.values():
        if flag.name in given:
            continue
        if set_outside := environment.get(flag.variable):
            parts = _LINE_END.split(_LINE_END.sub("", set_outside) if _ends_once(set_outside) else set_outside)
            for each in parts if flag.kind in {"list", "map"} else [set_outside]:
                values.set(flag, each)
        elif flag.default:
            values.set(flag, flag.default)
        elif flag.required:
            missing.append(f"'--{flag.name}'")
    if not values.command:
        raise UsageError("command not specified")
    if missing:
        raise UsageError(f"required flag(s) {', '.join(missing)} not provided")


def _ends_once(text: str) -> bool:
    return len(_LINE_END.findall(text)) == 1 and text.endswith("\n")


def usage() -> str:
    """Return the help."""
    lines = [
        "usage: sightline slo sloth <command> [<flags>]",
        "",
        "Sloth's command line and bytes; findings on standard error.",
    ]
    for command, flags in (("", GLOBAL), *COMMANDS.items()):
        lines += ["", f"{command or 'every command'}:"]
        lines += [f"  {f'-{each.short}, ' if each.short else '    '}--{each.name:<30} {each.help}" for each in flags]
    return "\n".join(lines) + "\n"
