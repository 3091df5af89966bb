"""Where no keyring works, the vault is opened from the screens."""

from pathlib import Path

import pytest

import hhu.secrets
from hhu.app import HhuApp
from hhu.screens.sheets import PassphraseSheet
from hhu.secrets import VaultSecrets
from hhu.settings import SettingsFile
from hhu.vault import Vault


async def test_the_vault_is_opened_with_its_passphrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sheet asks once, the password kept in the vault is found, the passphrase is never on the screen."""
    monkeypatch.setenv("HHU_HOME", str(tmp_path))
    monkeypatch.setattr(hhu.secrets, "_working_keyring", lambda: None)
    VaultSecrets(Vault(tmp_path / "secrets.vault", lambda _new: "open sesame")).set(
        "1122-7788", "ir", "000000"
    )
    app = HhuApp(settings=SettingsFile(tmp_path / "settings.toml"))
    async with app.run_test(size=(80, 24)) as pilot:
        asked = app.run_worker(app.passwords.kept("1122-7788", "ir"))
        while not isinstance(app.screen, PassphraseSheet) or app.focused is None:
            await pilot.pause(0.02)
        await pilot.press(*"open", "space", *"sesame")
        lines = app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
        assert "sesame" not in "".join(strip.text for strip in lines)
        await pilot.press("enter")
        assert await asked.wait() == "000000"
