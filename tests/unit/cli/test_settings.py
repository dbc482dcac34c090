import os
from pathlib import Path

import pytest

from stt.cli.errors import WrongUse
from stt.cli.settings import ALONE, load


@pytest.mark.parametrize(
    ("variable", "value"),
    [("STT_PORT", "eight"), ("STT_ENGINE", "vosk"), ("STT_BEAM_SIZE", "0"), ("MINIO_USE_SSL", "perhaps")],
)
def test_a_wrong_value_is_a_sentence_that_names_the_variable_and_the_value(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(WrongUse, match=f"^{variable}: .*{value}") as caught:
        load()
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)


def test_each_wrong_value_has_its_line(monkeypatch):
    monkeypatch.setenv("STT_PORT", "eight")
    monkeypatch.setenv("STT_THREADS", "-1")
    with pytest.raises(WrongUse) as caught:
        load()
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == ["STT_PORT", "STT_THREADS"]


@pytest.mark.parametrize("url", ["stt.db", "mysql://here/db", "postgres:secret"])
def test_a_database_this_service_does_not_speak_is_named_without_its_password(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(WrongUse, match=r"^DATABASE_URL: must begin with sqlite:// or postgresql://\.$"):
        load()


@pytest.mark.parametrize("url", ["sqlite:///x.db", "postgres://h/d", "postgresql://h/d", "postgresql+psycopg://h/d"])
def test_the_databases_it_speaks_are_taken(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    assert load().database_url == url


def test_an_option_wins_over_the_environment_and_the_environment_over_the_file(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("STT_PORT=1\nSTT_HOST=::1\nSTT_MAX_TRIES=7\n")
    monkeypatch.setenv("STT_PORT", "2")
    monkeypatch.setenv("STT_HOST", "127.0.0.2")
    settings = load(port=3, host=None)
    assert (settings.port, settings.host, settings.max_tries) == (3, "127.0.0.2", 7)


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch):
    monkeypatch.setenv("STT_MODEL_DIR", "")
    monkeypatch.setenv("STT_PORT", "")
    settings = load()
    assert (settings.model_dir, settings.port) == (None, 8000)


def test_alone_means_embedded_whatever_is_configured(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    monkeypatch.setenv("RABBITMQ_URL", "amqp://elsewhere")
    (tmp_path / ".env").write_text("MINIO_ENDPOINT=elsewhere:9000\n")
    assert load().minio_endpoint == "elsewhere:9000"
    settings = load(**ALONE, data_dir=tmp_path)
    assert (settings.rabbitmq_url, settings.minio_endpoint) == ("", "")
    assert settings.sqlalchemy_url == f"sqlite:///{tmp_path}/stt.db"


def test_a_settings_file_that_is_no_text_is_a_sentence(tmp_path):
    Path(tmp_path / ".env").write_bytes(b"STT_PORT=\xff\xfe")
    with pytest.raises(WrongUse, match=r"\.env is not UTF-8"):
        load()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_settings_file_that_may_not_be_read_is_a_sentence(tmp_path):
    (tmp_path / ".env").touch(mode=0o000)
    with pytest.raises(WrongUse, match=r"\.env cannot be read: Permission denied"):
        load()


def test_origins_are_written_with_commas_between_them(monkeypatch):
    assert load().allowed_origins == ()
    monkeypatch.setenv("STT_CORS_ORIGINS", "https://a.example, http://localhost:3000,")
    assert load().allowed_origins == ("https://a.example", "http://localhost:3000")
    monkeypatch.setenv("STT_CORS_ORIGINS", "*")
    assert load().allowed_origins == ("*",)


@pytest.mark.parametrize(
    ("name", "wrong", "told"),
    [
        ("STT_CORS_ORIGINS", "https://a.example/page", "no origin"),
        ("STT_CORS_ORIGINS", "a.example", "no origin"),
        ("STT_ROOT_PATH", "stt", "a path like /stt"),
        ("STT_ROOT_PATH", "https://a.example/stt", "a path like /stt"),
    ],
)
def test_an_origin_or_a_prefix_that_is_none_is_refused(monkeypatch, name, wrong, told):
    monkeypatch.setenv(name, wrong)
    with pytest.raises(WrongUse, match=f"{name}: .*{told}"):
        load()


def test_a_prefix_may_end_with_a_slash(monkeypatch):
    monkeypatch.setenv("STT_ROOT_PATH", "/stt/")
    assert load().root_path == "/stt"
