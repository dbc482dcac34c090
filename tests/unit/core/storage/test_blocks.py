import pytest

from stt.core.storage import base
from stt.core.storage.base import blocks_of


@pytest.mark.parametrize(("lines", "blocks"), [([], []), (["một\n"], ["một\n"]), (["a"] * 7, ["aaa", "aaa", "a"])])
async def test_lines_are_gathered_to_blocks_and_nothing_is_lost(monkeypatch, lines, blocks):
    monkeypatch.setattr(base, "BLOCK_CHARACTERS", 3)
    assert [block.decode() async for block in blocks_of(lines)] == blocks
