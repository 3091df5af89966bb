import os
import stat
from pathlib import Path

import pytest

from core.errors import StoreError
from hhu.files import write_whole


def test_a_file_is_replaced_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    """A second write replaces the first, folders are made, and no temporary file stays."""
    path = tmp_path / "deep" / "settings.toml"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert [file.name for file in path.parent.iterdir()] == ["settings.toml"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    """A written file has mode 0600."""
    path = tmp_path / "secrets.vault"
    write_whole(path, b"x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_refusing_disk_is_a_store_error_and_keeps_the_old_file(tmp_path: Path) -> None:
    """When the target cannot be replaced the error names the path and no temporary file stays."""
    target = tmp_path / "settings.toml"
    (target / "inside").mkdir(parents=True)
    with pytest.raises(StoreError, match=r"settings\.toml cannot be written"):
        write_whole(target, b"x")
    assert [file.name for file in tmp_path.iterdir()] == ["settings.toml"]
