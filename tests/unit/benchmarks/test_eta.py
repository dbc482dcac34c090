"""The calibration of forecasts: the simulation of a deployment, and the command."""

import json

import pytest

from benchmarks.eta.command import LOADS, main
from benchmarks.eta.promise import Calibration, Promise
from benchmarks.eta.simulation import Simulation


def test_shares_are_of_promises_that_were_kept():
    found = Calibration.of([Promise("", took, 10.0, 20.0) for took in (5.0, 10.0, 15.0, 30.0)])
    assert (found.promises, found.within_p50, found.within_p90, found.spread) == (4, 0.5, 0.75, 2.0)


@pytest.mark.parametrize("load", LOADS[:3], ids=lambda load: f"{load.consumers} x {load.speed:g}")
def test_of_simulated_jobs_nine_in_ten_are_done_when_they_are_said_to_be(load):
    found = Calibration.of(list(Simulation(load).promises()))
    assert found.promises > 300
    assert 0.85 <= found.within_p90 <= 0.95
    assert 0.4 <= found.within_p50 <= 0.6


def test_it_prints_a_table_and_writes_what_it_measured(tmp_path, capsys):
    output = tmp_path / "eta.json"
    main(["--quick", "--output", str(output)])
    assert "within P90" in capsys.readouterr().out
    (load,) = json.loads(output.read_text())["simulated"]
    assert load["jobs"] == 200
    assert load["promises"] > 300
