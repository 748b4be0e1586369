"""The command line is kingpin's: where flags stand, what the environment sets, what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sightline_slo.sloth.flags import UsageError, parse

from .calling import SPEC, sloth

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "arguments",
    [
        ["generate", "--input", "x", "--out", "y", "--extra-labels", "a=b"],
        ["generate", "--input=x", "-oy", "-l", "a=b"],
        ["generate", "-ix", "--out=y", "-la=b"],
        ["--no-color", "generate", "-l", "a:b", "-i", "x", "-o", "y", "--debug"],
    ],
)
def test_a_flag_is_spelled_in_many_ways(arguments: list[str]) -> None:
    """All of them say the same."""
    values = parse(arguments, {})
    assert (values.command, values.texts["input"], values.texts["out"]) == ("generate", "x", "y")
    assert values.maps["extra-labels"] == {"a": "b"}


def test_the_environment_sets_what_the_command_line_does_not() -> None:
    """Each flag has a variable; lists are of lines; what is given wins."""
    environment = {"SLOTH_INPUT": "e", "SLOTH_PLUGINS_PATH": "p\nq", "SLOTH_NO_LOG": "true", "SLOTH_OUT": "f"}
    values = parse(["generate", "-o", "y"], environment)
    assert (values.texts["input"], values.texts["out"]) == ("e", "y")
    assert values.lists["plugins-path"] == ["p", "q"]
    assert values.flags["no-log"]


def test_a_negated_flag_is_false() -> None:
    """`--no-x` of a truth value, and the last word is the command line's."""
    assert not parse(["generate", "--no-disable-alerts"], {"SLOTH_DISABLE_ALERTS": "1"}).flags["disable-alerts"]


def test_a_file_gives_more_arguments(tmp_path: Path) -> None:
    """`@file`: an argument a line, lines of comments left out."""
    file = tmp_path / "arguments"
    file.write_text("# mine\n--input\nx\n\n")
    assert parse(["generate", f"@{file}"], {}).texts["input"] == "x"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "command not specified"),
        (["genrate"], "expected command"),
        (["generate", "--inptu", "x"], "unknown long flag"),
        (["generate", "-z"], "unknown short flag"),
        (["generate", "-i"], "expected argument"),
        (["generate", "-i", "x", "-i", "y"], "cannot be repeated"),
        (["generate", "-l", "novalue"], "expected KEY=VALUE"),
        (["generate", "x"], "unexpected x"),
        (["validate"], "required flag"),
        (["generate", "--logger", "xml"], "must be one of"),
        (["generate", "--no-input"], "unknown long flag"),
        (["generate", "@"], "expected @ file"),
    ],
)
def test_what_kingpin_refuses_is_refused(arguments: list[str], why: str) -> None:
    """With exit code 1, as Sloth."""
    with pytest.raises(UsageError, match=why):
        parse(arguments, {})
    assert sloth(*arguments).code == 1


def test_version_is_one_word_without_a_line_end() -> None:
    """Sloth's integration suite fills its goldens in with it."""
    assert sloth("version") == (0, "dev", "")
    assert sloth("version", environment={"SIGHTLINE_SLOTH_VERSION": "v0.16.0"}).out == "v0.16.0"


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (("--default-slo-period", "9d"), "window period 9d missing"),
        (("--default-slo-period", "month"), "invalid SLO period duration"),
        (("--slo-period-windows-path", "nowhere"), "nowhere"),
        (("-p", "nowhere"), "nowhere"),
        (("-s", "{"), "could not load slo plugin declarations"),
        (("-s", '{"id": "nobody/knows"}'), "not found"),
    ],
)
def test_a_setting_that_cannot_be_is_said(flags: tuple[str, ...], why: str, tmp_path: Path) -> None:
    """Before any spec is compiled."""
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC)
    answer = sloth("generate", "-i", str(spec), *flags)
    assert (answer.code, answer.out) == (1, "")
    assert why in answer.err
