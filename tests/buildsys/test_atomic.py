import errno
from pathlib import Path

import pytest

from buildlib.atomic import enough_space, new_file, new_folder
from buildlib.errors import BuildError


def test_file_appears_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "sub/file"
    with new_file(target) as partial:
        partial.write_text("new")
        assert not target.exists()
    assert target.read_text() == "new"
    assert [path.name for path in target.parent.iterdir()] == ["file"]


def test_failed_file_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("old")
    with pytest.raises(ValueError, match="stop"), new_file(target) as partial:
        partial.write_text("new")
        raise ValueError("stop")
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_failed_folder_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    target.mkdir()
    (target / "old").touch()
    with pytest.raises(ValueError, match="stop"), new_folder(target) as partial:
        (partial / "new").touch()
        raise ValueError("stop")
    assert [path.name for path in target.iterdir()] == ["old"]
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_only_a_full_disk_is_translated(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=str(tmp_path)), enough_space(tmp_path):
        raise OSError(errno.ENOSPC, "full")
    with pytest.raises(PermissionError), enough_space(tmp_path):
        raise PermissionError(errno.EACCES, "no")
