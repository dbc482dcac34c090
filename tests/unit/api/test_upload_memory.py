import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tools.encoded_audio import encoded

MEGABYTES = 256
ROOT = Path(__file__).parents[3]


def form():
    yield b'--edge\r\nContent-Disposition: form-data; name="file"; filename="talk.wav"\r\n\r\n' + encoded(".wav")
    block = bytes(1024 * 1024)
    for _ in range(MEGABYTES):
        yield block
    yield b"\r\n--edge--\r\n"


def memory(process, name):
    """A line of the kernel's account of a process, in MiB."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs the memory accounts of Linux")
def test_a_large_upload_needs_no_more_memory_than_a_small_one(tmp_path):
    command = [sys.executable, "-m", "tests.http_server", str(tmp_path)]
    environment = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PATH": ""}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        url = f"http://127.0.0.1:{process.stdout.readline().strip()}/api/stt"
        httpx.post(f"{url}/upload", files={"file": ("small.wav", encoded(".wav"))})
        Path(f"/proc/{process.pid}/clear_refs").write_text("5")  # the peak begins anew
        before = memory(process, "VmRSS")
        headers = {"Content-Type": "multipart/form-data; boundary=edge"}
        answer = httpx.post(f"{url}/upload", content=form(), headers=headers, timeout=60)
        grown = memory(process, "VmHWM") - before
        size = httpx.get(f"{url}/status/{answer.json()['job_id']}").json()["file_size"]
        process.stdin.close()
    assert size == MEGABYTES * 1024 * 1024 + len(encoded(".wav"))
    assert grown < 64, grown
