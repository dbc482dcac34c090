import errno
import os

import pytest

from stt.core.disk import reason, user_name

NOBODY = 65534


def refused(path, number=errno.EACCES):
    return reason(PermissionError(number, os.strerror(number), str(path)))


def test_a_refusal_in_a_folder_of_one_s_own_is_told_as_it_is(tmp_path):
    assert refused(tmp_path / "deep" / "file") == "Permission denied"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_a_refusal_in_another_user_s_folder_names_the_user(tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    os.chown(theirs, NOBODY, NOBODY)
    assert refused(theirs / "deep" / "file") == f"Permission denied, {theirs} belongs to another user, nobody"
    assert refused(theirs / "deep" / "file", errno.ENOSPC) == "No space left on device"


def test_a_user_without_a_name_is_a_number():
    assert user_name(4_000_000_123) == "4000000123"
