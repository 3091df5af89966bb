"""Every upgrade and download screen, cell by cell (device behaviour 3.3, 5.2 to 5.4).

The first picture of each kind is that of the reference; states it does not draw follow its layout.
"""

from dataclasses import replace

import pytest

from core.panel.facts import Facts, Identity, Mode, Upgrade
from core.panel.pages.usb import failure
from core.panel.texts import ENGLISH
from core.terminal.upgrade.leaving import Question
from core.terminal.upgrade.look import DownloadLook, DownloadState, UsbLook, UsbState
from core.terminal.upgrade.slots import Way
from core.vendor.package import Reason
from tests.core.panel.scenes import HEALTHY, Player, golden

S = UsbState
ONE, TWO = ("hx1088_1.03",), ("hx1088_1.03", "hx1088_1.01")
USB = {
    "usb_armed": UsbLook(S.ARMED, left=580.2),
    "usb_mount": UsbLook(S.MOUNT, tries=2),
    "usb_choose": UsbLook(S.CHOOSE, left=27.5, names=TWO, before="1.02"),
    "usb_checking": UsbLook(S.CHECK, names=ONE),
    "usb_copying": UsbLook(S.COPY, names=ONE, percent=58),
    "usb_verifying": UsbLook(S.VERIFY, names=ONE, percent=100),
    "usb_commit": UsbLook(S.COMMIT, names=ONE, percent=100),
    "usb_done": UsbLook(S.RESET, left=5.0, names=ONE, before="1.02", after="1.03"),
    "usb_failed": UsbLook(S.FAILED, left=26.8, failed=S.CHECK, reason=Reason.CRC),
    "usb_busy": UsbLook(S.FAILED, left=30.0),
}
LOCAL = DownloadLook(
    Way.LOCAL, DownloadState.RECEIVING, 10267.0, line="485_3  115200 8N1", units_there=412, units=1630
)
REMOTE = DownloadLook(Way.REMOTE, DownloadState.WAITING, 10752.0, host="10.20.30.50", port=9001)
DOWNLOADS = {
    "download_local": LOCAL,
    "download_remote": REMOTE,
    "download_refused": replace(LOCAL, state=DownloadState.WAITING, reason=int(Reason.HARDWARE)),
    "download_remote_receiving": replace(REMOTE, state=DownloadState.RECEIVING, units_there=1312, units=2000),
    "download_leave": replace(LOCAL, question=Question(False, 9.7)),
}


def shown(look: UsbLook | DownloadLook) -> Facts:
    if isinstance(look, UsbLook):
        return replace(HEALTHY, mode=Mode.USB_UPGRADE, upgrading=look)
    local = look.way is Way.LOCAL
    address = replace(HEALTHY.identity, address="1122-3344" if local else "1122-7788")
    mode = Mode.LOCAL_DOWNLOAD if local else Mode.REMOTE_DOWNLOAD
    return replace(HEALTHY, mode=mode, upgrading=look, identity=address)


@pytest.mark.parametrize(("name", "look"), (USB | DOWNLOADS).items(), ids=[*USB, *DOWNLOADS])
def test_upgrade_screen(name: str, look: UsbLook | DownloadLook) -> None:
    """M146 to M149, M158: the picture of each state."""
    assert Player(shown(look)).text == golden(name)


COMPACT = {
    "compact_usb_armed": USB["usb_armed"],
    "compact_usb_choose": USB["usb_choose"],
    "compact_usb_copying": USB["usb_copying"],
    "compact_usb_done": USB["usb_done"],
    "compact_usb_failed": USB["usb_failed"],
    "compact_download": DOWNLOADS["download_remote_receiving"],
}


@pytest.mark.parametrize(("name", "look"), COMPACT.items(), ids=COMPACT)
def test_upgrade_screen_of_the_compact_face(name: str, look: UsbLook | DownloadLook) -> None:
    """Three lines under the bar say the same."""
    assert Player(shown(look), compact=True).text == golden(name)


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason])
@pytest.mark.parametrize("step", [S.MOUNT, S.CHECK, S.COPY, S.VERIFY, S.COMMIT])
def test_every_reason_fits_its_row(reason: Reason, step: UsbState) -> None:
    """No reason that can end a step is cut by 20 columns; the same version reads as an old one."""
    text = failure(UsbLook(S.FAILED, failed=step, reason=reason), ENGLISH, 20)
    possible = step is S.CHECK or reason in {Reason.DISK_REMOVED, Reason.NO_SPACE, Reason.STORE, Reason.CRC}
    assert len(text) <= 20 or not possible
    assert "Same" not in text


@pytest.mark.parametrize("percent", range(101))
def test_the_bar_grows_with_the_percentage(percent: int) -> None:
    """U5: the whole percentage is on the glass, the bar never runs into it."""
    row = Player(shown(UsbLook(S.COPY, names=ONE, percent=percent))).row(5)
    assert row.endswith(f"{min(percent, 99)}%")
    assert row.startswith("Copy   " + ("#" if percent else ""))


def test_a_choice_of_many_scrolls() -> None:
    """U3: the cursor is always on the glass."""
    names = tuple(f"package_{number}" for number in range(7))
    for cursor in range(7):
        text = Player(shown(UsbLook(S.CHOOSE, left=20, names=names, cursor=cursor, before="1.02"))).text
        assert f">package_{cursor} " in text


@pytest.mark.parametrize(
    ("look", "word"),
    [
        (USB["usb_choose"], "release = take"),
        (USB["usb_failed"], "release = back"),
        (LOCAL, "release = leave"),
        (DOWNLOADS["download_leave"], "release = do"),
    ],
)
def test_the_hold_hint_names_what_two_seconds_do(look: UsbLook | DownloadLook, word: str) -> None:
    """K2 in the upgrade screens."""
    player = Player(shown(look))
    player.panel.press(player.now)
    assert player.wait(3).row(10) == word


def test_a_copy_takes_no_key() -> None:
    """5.2: in U5 a hold does nothing, so nothing is hinted."""
    player = Player(shown(USB["usb_copying"]))
    player.panel.press(player.now)
    assert player.wait(3).row(10) == "U5 copying"


@pytest.mark.parametrize(
    ("good", "row"), [(True, "Upgrade OK  10-08"), (False, "Upgrade BAD 10-08"), (None, "Upgrade test 10-08")]
)
def test_the_version_page_names_the_outcome(good: bool | None, row: str) -> None:
    """5.5: success, roll-back, and a trial that is neither."""
    before = HEALTHY.identity
    assert before.upgrade
    identity = replace(before, upgrade=Upgrade(good, before.upgrade.on))
    assert Player(replace(HEALTHY, identity=identity)).tap(6).row(9) == row


def test_a_long_library_version_is_not_cut() -> None:
    """VERSION: the name gives way."""
    identity = Identity(meter_library="101")
    assert Player(replace(HEALTHY, identity=identity)).tap(6).row(7) == "Lib 101     11 types"
