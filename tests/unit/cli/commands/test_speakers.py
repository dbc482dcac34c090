import httpx
from typer.testing import CliRunner

from stt.cli.commands import speakers
from stt.cli.errors import WrongUse
from tests.unit.cli.commands.test_job_resource import answering

LAN = {"speaker_id": "spk_1", "name": "Lan", "seconds": 8.24, "created_at": "2026-01-31T08:15:00Z"}


def test_the_commands_add_list_and_remove(monkeypatch, tmp_path):
    asked = []

    async def answer(request):
        asked.append((request.method, request.url.path))
        if request.method == "POST":
            assert b'name="name"\r\n\r\nLan\r\n' in await request.aread()
            return httpx.Response(201, json=LAN)
        return httpx.Response(204) if request.method == "DELETE" else httpx.Response(200, json={"data": [LAN]})

    answering(monkeypatch, answer)
    (tmp_path / "lan.wav").write_bytes(b"RIFF")
    commands = (["add", "Lan", str(tmp_path / "lan.wav")], ["list"], ["remove", "Lan"])
    printed = [CliRunner().invoke(speakers.app, words) for words in commands]
    assert [result.exit_code for result in printed] == [0, 0, 0]
    assert [result.output for result in printed] == [
        "Lan is known by 8.2 s.\n", "2026-01-31T08:15:00    8.2 s  Lan\n", "Lan is not known any more.\n"
    ]  # fmt: skip
    assert asked == [
        ("POST", "/api/stt/speakers"),
        ("GET", "/api/stt/speakers"),
        ("GET", "/api/stt/speakers"),
        ("DELETE", "/api/stt/speakers/spk_1"),
    ]
    nobody = CliRunner().invoke(speakers.app, ["remove", "Minh"])
    assert isinstance(nobody.exception, WrongUse)
    assert "stt speakers list" in str(nobody.exception)
