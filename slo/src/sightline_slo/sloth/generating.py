"""`generate`: rules of a spec to a file or to standard output, of a directory to a directory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from sightline_slo.sloth import emit, paths
from sightline_slo.sloth.model import Group, SlothError
from sightline_slo.sloth.plugins import PROMETHEUS_RULE
from sightline_slo.sloth.settings import Settings, filters, version
from sightline_slo.sloth.sources import Source, content_of, is_directory
from sightline_slo.staging import Staging

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.sloth.flags import Values
    from sightline_slo.sloth.model import Result, Spec


def generate(values: Values, out: TextIO, environment: Mapping[str, str], odd: dict[str, str]) -> None:
    """Write the rules of a spec, or of a directory of specs.

    Raises:
        SlothError: something is wrong; what was to be written to files is then not written at all.
    """
    source, target = values.texts.get("input", ""), values.texts["out"]
    if is_directory(source):
        _check_directories(source, target)
        _directory(_Writer(values, environment, odd), source, target, environment)
        return
    content = content_of(source)
    if target != "-" and (not Path(target).parent.is_dir() or Path(target).is_dir()):
        raise SlothError(f"could not create out file: open {target}: no such file or directory, or a directory")
    documents = _Writer(values, environment, odd).documents(source, content)
    if target == "-":
        out.writelines(documents)
        return
    with Staging(Path(target).parent) as staging:
        staging.add(Path(target), "".join(documents))
        staging.move()


def _check_directories(source: str, target: str) -> None:
    if not is_directory(target):
        raise SlothError(f'the path "{target}" is not a directory, however input is a directory')
    if os.path.abspath(source) == os.path.abspath(target):  # noqa: PTH100 - links stay links, as in Go's filepath.Abs
        raise SlothError(f"input and output can't be the same directory: {source}")


def _directory(writer: _Writer, source: str, out: str, environment: Mapping[str, str]) -> None:
    from sightline_slo.sloth.cache import Cache

    found = paths.specs(source, *filters(writer.values))
    cache = Cache.of(writer.values, version(environment), writer.settings.catalogue, environment)
    with Staging(Path(out)) as staging:
        for path in found:
            target = Path(paths.target(path, source, out))
            content = content_of(path)
            if cache.holds(path, content, target):
                continue
            staging.add(target, "".join(writer.documents(path, content)))
            # A spec with findings is read again each time: they are to be said each time.
            if path not in writer.odd:
                cache.add(path, content, target)
        staging.move()
    cache.save()


class _Writer:
    """Makes the text of rule files."""

    def __init__(self, values: Values, environment: Mapping[str, str], odd: dict[str, str]) -> None:
        self.values = values
        self.odd = odd
        self.settings = Settings.of(values, environment)
        self._head = emit.DISCLAIMER.format(version=version(environment))

    def documents(self, path: str, content: bytes) -> Iterator[str]:
        """Give the rules of each document of a file.

        Raises:
            SlothError: a document is wrong; those before it were given.
        """
        source = Source(path, content, self.odd)
        for document in source.documents():
            try:
                spec = source.load(document, self.settings)
                results = self.settings.generator.generate(spec)
            except SlothError as error:
                raise SlothError(f"could not generate SLOs: {error} ({path})") from error
            for result in results:
                self._disable(result)
            try:
                yield from self._written(spec, results)
            except SlothError as error:
                raise SlothError(f"could not store SLOs: {error} ({path})") from error

    def _disable(self, result: Result) -> None:
        if self.values.flags.get("disable-alerts"):
            result.rules.alerts = Group()
        if self.values.flags.get("disable-recordings"):
            result.rules.sli, result.rules.metadata = Group(), Group()

    def _written(self, spec: Spec, results: list[Result]) -> Iterator[str]:
        if spec.kubernetes is None:
            rules = emit.rule_file(results)
            if rules is None:
                raise SlothError("0 SLO Prometheus rules generated")
            yield self._head + rules
            return
        plugin = self.values.texts["k8s-transform-plugin-id"]
        if plugin == PROMETHEUS_RULE:
            yield self._head + emit.prometheus_rule(spec.kubernetes, results)
            return
        from sightline_slo.sloth.objects import written

        for each in self.settings.repository.transform(plugin)(spec.kubernetes, results):
            yield self._head + written(each)
