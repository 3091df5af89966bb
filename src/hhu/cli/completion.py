"""``hhu completion``: scripts that complete commands, options and names; made from the parser itself."""

import argparse
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

from core.gdw376.catalogue import aliases
from hhu.cli.exits import DONE
from hhu.cli.parser import COMMANDS, build
from hhu.client.names import ALIASES, READABLE


@dataclass(frozen=True, slots=True)
class Level:
    """What may follow some words of a command."""

    words: str
    """The command and its act, as ``clock set``; empty at the top."""
    candidates: tuple[str, ...]


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    parser.add_argument("shell", choices=sorted(SHELLS))


def run(args: Namespace) -> int:
    """Print the script."""
    print(SHELLS[args.shell](list(levels())), end="")
    return DONE


def levels() -> Iterator[Level]:
    """Walk the parser: every command and act with its options, choices and names."""
    yield from _levels(build(tuple(COMMANDS)), "")


def _levels(parser: ArgumentParser, words: str) -> Iterator[Level]:
    below = _subparsers(parser)
    options = [option for action in parser._actions for option in action.option_strings]  # pyright: ignore[reportPrivateUsage]  # argparse shows its tree no other way
    choices = [*below, *(str(choice) for choice in _choices(parser))]
    yield Level(words, tuple(dict.fromkeys([*choices, *_names(words), *options])))
    for name, inner in below.items():
        yield from _levels(inner, f"{words} {name}".strip())


def _choices(parser: ArgumentParser) -> list[object]:
    plain = [a for a in parser._actions if not isinstance(a, argparse._SubParsersAction)]  # pyright: ignore[reportPrivateUsage]  # same
    return [choice for action in plain for choice in cast("list[object]", action.choices or [])]


def _subparsers(parser: ArgumentParser) -> dict[str, ArgumentParser]:
    for action in parser._actions:  # pyright: ignore[reportPrivateUsage]  # same
        if isinstance(action, argparse._SubParsersAction):  # pyright: ignore[reportPrivateUsage]  # same
            return cast("dict[str, ArgumentParser]", action.choices)
    return {}


def _names(words: str) -> list[str]:
    if words == "read":
        return [*ALIASES, *(alias for alias, unit in aliases().items() if unit.meaning.afn in READABLE)]
    if words == "set":
        units = [alias for alias, unit in aliases().items() if unit.meaning.afn == 0x04]
        return [f"{name}=" for name in (*ALIASES, *units)]
    return []


def _bash(found: list[Level]) -> str:
    cases = "\n".join(f"    '{level.words}') words='{' '.join(level.candidates)}' ;;" for level in found)
    return f"""\
# hhu completion for bash; put into ~/.bashrc: eval "$(hhu completion bash)"
_hhu() {{
  local word path='' words=''
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$path $word" in
{_bash_steps(found)}
    esac
  done
  case "$path" in
{cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}"))
  [[ "${{COMPREPLY[0]}}" == *= ]] && compopt -o nospace 2>/dev/null
}}
complete -o default -F _hhu hhu
"""


def _bash_steps(found: list[Level]) -> str:
    paths = [level.words for level in found if level.words]
    steps = ((path.rpartition(" ")[0], path) for path in paths)
    return "\n".join(
        f"      '{before} {path.rpartition(' ')[2]}') path='{path}' ;;" for before, path in steps
    )


def _zsh(found: list[Level]) -> str:
    return f"""\
#compdef hhu
# hhu completion for zsh; put into ~/.zshrc after compinit: eval "$(hhu completion zsh)"
autoload -Uz bashcompinit && bashcompinit
{_bash(found).partition(chr(10))[2]}"""


def _powershell(found: list[Level]) -> str:
    rows = "\n".join(f"  '{level.words}' = '{' '.join(level.candidates)}'" for level in found)
    return f"""\
# hhu completion for PowerShell; put into $PROFILE: hhu completion powershell | Out-String | Invoke-Expression
$HhuWords = @{{
{rows}
}}
Register-ArgumentCompleter -Native -CommandName hhu -ScriptBlock {{
  param($word, $ast, $position)
  $path = ''
  foreach ($element in $ast.CommandElements | Select-Object -Skip 1) {{
    if ($element.Extent.EndOffset -ge $position) {{ break }}
    $next = "$path $element".Trim()
    if ($HhuWords.ContainsKey($next)) {{ $path = $next }}
  }}
  $HhuWords[$path] -split ' ' | Where-Object {{ $_ -like "$word*" }} | ForEach-Object {{ $_ }}
}}
"""


def _fish(found: list[Level]) -> str:
    lines = ["# hhu completion for fish; put into ~/.config/fish/completions/hhu.fish", "complete -c hhu -f"]
    for level in found:
        condition = " ".join(f"__fish_seen_subcommand_from {word};" for word in level.words.split())
        guard = " and ".join(condition.rstrip(";").split("; ")) if condition else "__fish_use_subcommand"
        lines.append(f"complete -c hhu -n '{guard}' -a '{' '.join(level.candidates)}'")
    return "\n".join(lines) + "\n"


SHELLS: dict[str, Callable[[list[Level]], str]] = {
    "bash": _bash,
    "zsh": _zsh,
    "powershell": _powershell,
    "fish": _fish,
}
"""Shell to the writer of its script."""
