"""The search, on machines made up of formulas."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stt.cli.bench.search import LayoutSearch
from stt.domain.whisper.engine import Engine
from stt.worker.inference.layout import Layout
from stt.worker.inference.space import Space

TYPES = ["float32", "int8", "bfloat16"]


def start_on(cores):
    children = min(cores, 4)
    return Layout(Engine.FASTER_WHISPER, "cpu", "default", children, max(1, cores // children), 8)


def peaked(ladder, peak, steepness):
    """One peak at a place of the ladder, falling off on both sides of it."""
    return {value: steepness ** -abs(place - peak) for place, value in enumerate(ladder)}


@st.composite
def machines(draw):
    """A start, its space, and the speed of each layout: one peak along each axis, wherever it is."""
    start = start_on(draw(st.sampled_from([1, 2, 3, 4, 6, 8, 12, 16, 64])))
    cores = start.children * start.threads
    space = Space.around(start, cores, TYPES)
    axes = [
        peaked(axis, draw(st.integers(0, len(axis) - 1)), draw(st.floats(1.01, 3)))
        for axis in (space.processes, space.batch_sizes)
    ]
    numbers = dict(zip(space.compute_types, draw(st.permutations([1.0, 1.5, 2.0, 2.5])), strict=True))

    def speed(layout):
        pair = (layout.children, layout.threads)
        return axes[0].get(pair, 0.001) * axes[1][layout.batch_size] * numbers[layout.compute_type]

    return start, space, speed


@settings(max_examples=200)
@given(machines())
async def test_it_finds_the_peak_and_tries_nothing_twice(machine):
    start, space, speed = machine
    tried = []

    async def measure(layout):
        tried.append(layout)
        return speed(layout)

    best = await LayoutSearch(space, measure).best_from(start)
    everything = [
        Layout(Engine.FASTER_WHISPER, "cpu", numbers, children, threads, batch)
        for children, threads in space.processes
        for numbers in space.compute_types
        for batch in space.batch_sizes
    ]
    assert speed(best) == max(map(speed, everything))
    assert len(set(tried)) == len(tried)
    assert len(tried) <= 2 * space.size


async def test_what_cannot_be_measured_is_left():
    async def measure(layout):
        return 1.0 if layout.compute_type == "default" else 0.0

    start = start_on(4)
    best = await LayoutSearch(Space.around(start, 4, TYPES), measure).best_from(start)
    assert best.compute_type == "default"


async def test_half_the_threads_are_tried_where_cores_share_their_units():
    async def measure(layout):
        return {(4, 2): 1.5, (4, 1): 2.0}.get((layout.children, layout.threads), 1.0)

    start = start_on(8)
    best = await LayoutSearch(Space.around(start, 8, []), measure).best_from(start)
    assert (best.children, best.threads) == (4, 1)


@pytest.mark.parametrize(
    ("cores", "processes"),
    [
        (1, ((1, 1),)),
        (2, ((1, 2), (2, 1))),
        (6, ((1, 6), (2, 3), (4, 1), (6, 1))),
        (16, ((1, 16), (2, 8), (4, 4), (8, 2), (16, 1))),
    ],
)
def test_a_space_shares_the_cores_out(cores, processes):
    assert Space.around(start_on(cores), cores, []).processes == processes


def test_on_gpus_each_has_as_many_processes_as_the_others():
    start = Layout(Engine.FASTER_WHISPER, "cuda", "float16", 2, 4, 16, gpus=2)
    space = Space.around(start, 16, ["float16", "int8_float16"])
    assert space.processes == ((2, 4), (4, 4), (6, 2))
    assert space.compute_types == ("float16", "int8_float16")
    assert max(space.batch_sizes) == 64


def test_whisper_cpp_has_neither_number_formats_nor_batches_of_its_own():
    space = Space.around(Layout(Engine.WHISPER_CPP, "cpu", None, 2, 1, 8), 2, TYPES)
    assert (space.compute_types, space.batch_sizes) == ((None,), (1, 8))
