"""Write ``screenshots/NAME.svg`` and ``.png`` of scenes: ``python -m tests.hhu.make_screenshots [NAME...]``.

The SVG files are the snapshots that `test_scenes` compares with; look at the pictures before you commit them.
"""

import sys
import tempfile
from pathlib import Path
from typing import cast

from tests.hhu.picture import WIDE_FONTS, svg
from tests.hhu.scenes import SCENES, performed
from tests.hhu.stage import on_stage

SCREENSHOTS = Path(__file__).parent.parent.parent / "screenshots"
CJK_FONTS = ("WenQuanYi Micro Hei Mono", "Noto Sans Mono CJK SC", "WenQuanYi Zen Hei Mono", "Microsoft YaHei")


def picture(name: str) -> str:
    """Play a scene and draw it."""
    drawn: list[str] = []

    async def play() -> None:
        with tempfile.TemporaryDirectory() as home:
            async with performed(name, Path(home)) as pilot:
                drawn.append(svg(pilot))

    on_stage(play)
    return drawn[0]


def png(drawing: str, file: Path) -> None:
    """Draw with a font of this machine that has Chinese; cairosvg takes only the first font of a list."""
    import io  # noqa: PLC0415

    import cairosvg  # noqa: PLC0415  # only pictures need it
    from PIL import Image  # noqa: PLC0415  # comes with cairosvg

    drawing = drawing.replace(f'font-family="{WIDE_FONTS}"', f'font-family="{_cjk_font()}"')
    raw = cairosvg.svg2png(bytestring=drawing.encode(), scale=2)  # pyright: ignore[reportUnknownMemberType]
    Image.open(io.BytesIO(cast("bytes", raw))).convert("RGB").quantize(128).save(file, optimize=True)


def _cjk_font() -> str:
    import shutil  # noqa: PLC0415
    import subprocess  # noqa: PLC0415

    if not shutil.which("fc-list"):
        return CJK_FONTS[-1]
    installed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
    return next((font for font in CJK_FONTS if font in installed.stdout), "monospace")


def main(names: list[str]) -> None:
    """Draw the named scenes, or all."""
    SCREENSHOTS.mkdir(exist_ok=True)
    for name in names or SCENES:
        drawing = picture(name)
        (SCREENSHOTS / f"{name}.svg").write_text(drawing, "utf-8")
        png(drawing, SCREENSHOTS / f"{name}.png")
        print(name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
