"""Alert rules and the dashboard speak of metrics that exist, by labels that these have."""

import json
import re
from pathlib import Path

import pytest
import yaml

from stt.core.metrics.table import REGISTRY

DEPLOY = Path(__file__).parents[3] / "deploy"
SUFFIXES = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_count", "_sum"),
    "info": ("_info",),
}
OF_PROMETHEUS = {"le", "version"}
SELECTOR = re.compile(r"\b((?:stt|stt:)[a-z_]+)\b(?:\{([^}]*)\})?")
GROUPED = re.compile(r"\b(?:by|ignoring|on)\s*\(([^)]*)\)")


def existing():
    """The labels of each series that there can be, by its name."""
    found = {}
    for family in (one for one in REGISTRY.collect() if one.name.startswith("stt_")):
        collector = REGISTRY._names_to_collectors[family.name]
        for suffix in SUFFIXES[family.type]:
            found[family.name + suffix] = set(getattr(collector, "_labelnames", ())) | OF_PROMETHEUS
    return found


def rules():
    groups = yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels():
    return json.loads((DEPLOY / "grafana/stt.json").read_text())["panels"]


def expressions():
    yield from ((rule.get("alert") or rule["record"], rule["expr"]) for rule in rules())
    yield from ((panel["title"], target["expr"]) for panel in panels() for target in panel["targets"])


@pytest.mark.parametrize(("title", "expression"), list(expressions()))
def test_an_expression_asks_for_what_there_is(title, expression):
    known, recorded = existing(), {rule["record"] for rule in rules() if "record" in rule}
    used = [(name, labels) for name, labels in SELECTOR.findall(expression) if name not in recorded]
    assert used, title
    labels = set()
    for name, matchers in used:
        assert name in known, f"{title}: there is no {name}"
        labels |= known[name]
        asked = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", matchers))
        assert asked <= known[name], f"{title}: {name} has no {asked - known[name]}"
    for group in GROUPED.findall(expression):
        asked = set(filter(None, map(str.strip, group.split(","))))
        assert asked <= labels, f"{title}: nothing has {asked - labels}"
    assert expression.count("(") == expression.count(")")


def test_every_alert_says_what_it_is_about_and_how_soon_to_come():
    for rule in rules():
        if "alert" in rule:
            assert rule["annotations"]["summary"].endswith("."), rule
            assert rule["labels"]["severity"] in ("page", "ticket"), rule
            assert re.fullmatch(r"\d+[mh]", rule["for"]), rule


def test_the_dashboard_shows_every_metric():
    shown = {name for panel in panels() for target in panel["targets"] for name, _ in SELECTOR.findall(target["expr"])}
    families = {f.name for f in REGISTRY.collect() if f.name.startswith("stt_")}
    missing = {family for family in families if not any(name.startswith(family) for name in shown)}
    assert missing == set()
