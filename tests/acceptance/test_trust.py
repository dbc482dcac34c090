"""An hour of speech through the service: nothing lost or doubled at seams, nothing invented, times that hold."""

import math

import pytest

from benchmarks.fidelity.corpus import Corpus, cuts_inside_words
from benchmarks.fidelity.measurement import measure, measure_alone
from benchmarks.fidelity.seams import number_of, seam_errors
from benchmarks.fidelity.service import ENGINES, Ear, Service, recut

MINUTES = 20.0
"""Of speech with pauses, of speech without and of that once more in other chunks: an hour together."""
BEAM = 5
ALLOWED_PER_THOUSAND = 1.0
BORDER_MILLISECONDS = 200.0


def per_thousand(count):
    """The rate and its standard error."""
    return 1000 * count.found / count.among, 1000 * math.sqrt(max(1, count.found)) / count.among


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("engine", ENGINES)
def test_an_hour_is_as_true_as_its_engine(engine, language):
    corpus = Corpus(language, MINUTES, seed=4242)
    with Ear(engine, beam_size=BEAM) as ear, Service(engine, beam_size=BEAM) as service:
        alone = measure_alone(ear, corpus, lambda: None)
        row = measure(service, corpus, ear, alone, lambda: None)
    print(row.figures, alone, *row.examples, sep="\n")
    figures = row.figures
    for ours, by_chance in (
        (figures.paused_seams, alone.paused_seams),
        (figures.pauseless_seams, alone.pauseless_seams),
    ):
        (rate, unsure), (rate_by_chance, unsure_too) = map(per_thousand, (ours, by_chance))
        assert rate <= rate_by_chance + ALLOWED_PER_THOUSAND + 2 * math.hypot(unsure, unsure_too)
    assert figures.invented.found == 0
    assert figures.border_95th <= BORDER_MILLISECONDS
    assert abs(figures.drift) <= 4 * figures.drift_uncertainty
    assert figures.drift_uncertainty < 100
    assert figures.coverage > 0.98


@pytest.mark.long
def test_chunks_cut_without_an_overlap_would_tear_words():
    corpus = Corpus("vi", 4.0, seed=4242)
    recording = corpus.pauseless
    moments = cuts_inside_words(recording, lambda _: 10.0, corpus.seed)
    rates = []
    with Ear("faster-whisper", beam_size=BEAM) as ear, Service("faster-whisper", beam_size=BEAM) as service:
        for plans in (recut(recording, moments), recut(recording, moments, overlap=0.0)):
            written = service.transcribe_in(plans, recording)
            errors = seam_errors(recording, written, lambda windows: ear.listen(windows, "vi"))
            rates.append(number_of(errors) / len(moments))
    assert rates[1] > 0.3
    assert rates[1] > 3 * rates[0]
