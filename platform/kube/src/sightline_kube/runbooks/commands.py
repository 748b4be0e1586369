"""Each call of a runbook names a program, and sub-commands and options that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_core.suggest import did_you_mean
from sightline_kube.runbooks.programs import PROGRAMS
from sightline_kube.runbooks.shell import HIDDEN, Command, Unreadable, read_script
from sightline_kube.runbooks.sightline import OWN, wrong_call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_core.diagnostics import Span
    from sightline_kube.runbooks.markdown import Block

UNREADABLE = "RUN002"
NO_PROGRAM = "RUN003"
NO_VERB = "RUN004"

_WRAPPERS = {"watch": ("-n", "--interval"), "timeout": ("-k", "-s"), "xargs": ("-n", "-I", "-P", "-L"), "env": ()}
"""Programs that call another one, and their options that take a value."""


def check_script(block: Block) -> Iterator[Diagnostic]:
    """Yield what is wrong with the calls of a block; one that is no script has none."""
    for each in read_script(block):
        if isinstance(each, Unreadable):
            yield _finding(UNREADABLE, f"no shell reads this: {each.why}", each.span, "close what is open")
        else:
            yield from _check(each)


def _check(call: Command) -> Iterator[Diagnostic]:
    name, words = call.words[0].rpartition("/")[2], call.words[1:]
    if HIDDEN in name or name.startswith("$"):
        return
    if name == OWN:
        if wrong := wrong_call(words):
            yield _finding(NO_VERB, wrong.message, call.span, wrong.help)
        return
    program = PROGRAMS.get(name)
    if program is None:
        near = did_you_mean(name, (*PROGRAMS, OWN))
        hint = (
            f"did you mean `{near}`?" if near else "use a program of sightline_kube.runbooks.programs, or add it there"
        )
        yield _finding(NO_PROGRAM, f"the program {name} is not known", call.span, hint)
        return
    if program.verbs:
        yield from _verb(name, words, call.span)
    inner = _inner(name, words)
    if inner:
        yield from _check(Command(inner, call.span))


def _verb(name: str, words: tuple[str, ...], span: Span) -> Iterator[Diagnostic]:
    program = PROGRAMS[name]
    verbs, said, skip = program.verbs, name, False
    for word in words:
        if skip or word.startswith("-"):
            skip = not skip and word in program.valued
            continue
        if HIDDEN in word or word.startswith("$"):
            return
        if word not in verbs:
            near = did_you_mean(word, verbs)
            hint = f"did you mean `{said} {near}`?" if near else f"it has {', '.join(sorted(verbs))}"
            yield _finding(NO_VERB, f"`{said}` has no sub-command `{word}`", span, hint)
            return
        verbs, said = verbs[word], f"{said} {word}"
        if not verbs:
            return
    if not any(each in {"-h", "-help", "--help", "-version", "--version"} for each in words):
        yield _finding(NO_VERB, f"`{said}` wants a sub-command", span, f"it has {', '.join(sorted(verbs))}")


def _inner(name: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the call that a call makes: what `kubectl exec` runs after `--`, what `watch` repeats."""
    if name == "kubectl" and "--" in words:
        return words[words.index("--") + 1 :]
    if name not in _WRAPPERS:
        return ()
    skip = False
    for index, word in enumerate(words):
        if skip or word.startswith("-") or "=" in word or word[:1].isdigit():
            skip = not skip and word in _WRAPPERS[name]
        else:
            return words[index:] if " " not in word else tuple(word.split())
    return ()


def _finding(code: str, message: str, span: Span, help_text: str) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, span, help=help_text, url=page(code))
