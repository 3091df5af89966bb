"""The whole gate in one command: format, lint, types (this system and Windows), import contracts, tests.

``python tests/gate.py`` stops at the first step that fails; pytest is last, so its summary ends the output.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYRIGHT = ("pyright", "--pythonpath", sys.executable)
CONTRACTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("format", ("-m", "ruff", "format", "--check", ".")),
    ("lint", ("-m", "ruff", "check", ".")),
    ("types", ("-m", *PYRIGHT)),
    ("types on Windows", ("-m", *PYRIGHT, "--pythonplatform", "Windows", "src")),
    ("import contracts", ("-c", CONTRACTS, "--no-logo", "--no-cache")),
    ("tests", ("-m", "pytest", "-n", "auto", "--dist", "worksteal")),
)


def main() -> int:
    # the tools must find the source also where nobody installed it, and Chinese text on any console
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}
    for name, command in STEPS:
        print(f"== {name}", flush=True)
        code = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=False).returncode
        if code:
            print(f"== the gate stops at: {name}", file=sys.stderr, flush=True)
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
