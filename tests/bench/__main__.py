"""All figures as rows of the README's table: ``python -m tests.bench``."""

import platform
from datetime import date

from tests.bench import (
    codec,
    commissioning,
    events,
    face,
    families,
    frames,
    front_end,
    meters,
    mixed,
    month,
    screens,
    store,
    upgrade,
)

Row = tuple[str, str, str, str]
"""What, bar, measured, how."""


def _codecs() -> list[Row]:
    """One exchange, one unit, one frame, one paint, the store."""
    whole, (units, seconds) = frames.figures(), frames.catalogue_import()
    json_rate, kaitai = whole["json"] or 0.0, whole["kaitai header"]
    job, speed, paint = commissioning.measure(), codec.figures(), screens.measure()
    rings = store.measure()
    return [
        (
            "commissioning over IR 2400",
            "<= 1.10 x (wire + turnarounds)",
            f"{job.ratio:.3f} x ({job.elapsed:.2f} s; wire {job.wire:.2f} s, {job.exchanges} answers)",
            "virtual time, exact",
        ),
        (
            "F25-like unit, decode",
            ">= 0.6 x by hand",
            f"{speed['decode'] / speed['by hand decode']:.2f} x ({speed['decode']:,.0f}/s; "
            f"{speed['decode'] / speed['construct decode']:.1f} x stock construct)",
            "one run, CPU time",
        ),
        (
            "F25-like unit, encode",
            "-",
            f"{speed['encode']:,.0f}/s ({speed['encode'] / speed['construct encode']:.1f} x stock construct)",
            "one run, CPU time",
        ),
        (
            "published frames, whole, to JSON",
            ">= 2 x a Kaitai parser of the header",
            f"{json_rate:,.0f}/s"
            + (f"; {json_rate / kaitai:.2f} x (Kaitai header {kaitai:,.0f}/s)" if kaitai else ""),
            "one run, CPU time",
        ),
        (
            "whole catalogue",
            "<= 250 ms CPU to import",
            f"{1000 * seconds:.0f} ms ({units} units)",
            "median of 5 processes",
        ),
        (
            "first paint",
            "<= 0.5 s CPU after Textual",
            f"{paint.own_cpu:.2f} s (whole process {paint.total_cpu:.2f} s)",
            "median of 5 processes, 80x24",
        ),
        (
            "any stored reading, every ring full",
            "p99 < 10 ms",
            f"p99 {1000 * rings.p99:.1f} ms, worst {1000 * rings.worst:.1f} ms, none unanswered"
            if not rings.unanswered
            else f"{rings.unanswered} unanswered",
            "3 000 questions, 192 points, CPU time",
        ),
        (
            "file with every ring full",
            "< 64 MiB",
            f"{rings.mebibytes:.0f} MiB; a meter's 6 values kept in {1e6 * rings.put_six:.0f} us, all 32 in "
            f"{1e6 * rings.put:.0f} us",
            "192 points, curves for all",
        ),
    ]


def _events() -> list[Row]:
    """What judging adds to reading."""
    return [
        (
            "judging a reading for events",
            "< 5 % of a pass",
            f"{100 * events.share():.2f} % of the shortest visit's time on the wire",
            "CPU time, 24 meters, half a virtual day",
        )
    ]


def _face() -> list[Row]:
    """The terminal's face."""
    costs = {size: face.measure(size) for size in ("80x24", "132x43")}
    return [
        (
            f"the face at {size}: a frame, a key press on the glass, idle",
            "<= 2 ms, <= 50 ms, < 1 % of a core",
            f"{cost.frame:.1f} ms, {cost.press:.0f} ms, {100 * cost.idle:.1f} %",
            "own process; every row drawn anew; 10 s of the wall, terminal without meters",
        )
        for size, cost in costs.items()
    ]


def _front_end() -> list[Row]:
    """Terminals that dial in."""
    house = front_end.measure()
    return [
        (
            f"front end, {house.terminals:,} terminals logged in ({house.tcp:,} over TCP)",
            "< 512 MiB",
            f"{house.mebibytes:.0f} MiB, the interpreter included",
            "own process, loopback",
        ),
        (
            f"their heartbeats, {front_end.BEATS_PER_SECOND:,}/s, answered",
            "-",
            f"p99 {1000 * house.p99:.1f} ms, {house.unanswered} unanswered",
            "one run",
        ),
        (
            "376.1 throughput of one front end",
            "-",
            f"{house.per_second:,.0f} heartbeats/s, {1e6 * house.cpu_per_frame:.0f} us of CPU each",
            "all at once, one run",
        ),
    ]


def _meters() -> list[Row]:
    """DL/T 645 beside PyPI ``dlt645``, which comes with the extra ``peers``."""
    speed = meters.figures()
    asked = (
        "question to a meter, one exchange",
        "<= 150 us CPU",
        f"{1e6 / speed['question']:.0f} us",
        "one run, CPU time",
    )
    if "peer decode" not in speed:
        return [asked]
    beside = [
        (
            f"DL/T 645 read reply, {way}",
            f">= {bar} x PyPI dlt645 3.2",
            f"{speed[way] / speed[f'peer {way}']:.2f} x ({speed[way]:,.0f}/s)",
            "one run, CPU time",
        )
        for way, bar in (("decode", 2), ("encode", 1))
    ]
    return [*beside, asked]


def _mixed() -> list[Row]:
    """Five families and DL/T 645 on one port."""
    one, apart = mixed.measure(), mixed.alone()
    spent = one.spent
    return [
        (
            f"pass of {one.meters} meters of five families and DL/T 645-2007 on one port, "
            f"{len(mixed.ITEMS)} items",
            "<= 5 % lost against their wire times",
            f"{100 * one.loss:.1f} % ({one.seconds:.0f} s: bytes {spent.wire:.0f} s, pauses of the protocols "
            f"{spent.pauses:.0f} s, meters {spent.answers:.0f} s before answers; {spent.retunes} changes of "
            f"speed); {100 * one.seconds / apart:.1f} % of one family after the other; {one.bad} failed",
            "virtual time, exact; quiet before sign-ons and turnarounds are the protocols' own",
        )
    ]


def _families() -> list[Row]:
    """Codecs and drivers of the other families."""
    costs = {name: families.measure(family) for name, family in families.FAMILIES.items()}
    return [
        (
            f"{name}: request, answer to value, whole question",
            "<= 5 ms CPU a question",
            f"{cost.encode:,.0f}/s, {cost.decode:,.0f}/s, {1e6 * cost.question:,.0f} us",
            "one run, CPU time; question to a new driver, login included",
        )
        for name, cost in costs.items()
    ]


def _month() -> list[Row]:
    """Virtual time, and lines at 2400 8E1."""
    months = {"192 households": month.households(), "160 households, 32 others hourly": month.month()}
    ports, size = month.passes(), month.year_of_file()
    return [
        *(
            (
                f"30 virtual days, {whom}, two ports, store on disk",
                "< 30 s",
                f"{ran.wall:.1f} s ({ran.seconds:.1f} s CPU); {ran.freezes} day ends equal to "
                f"the meters' own, {len(ran.wrong)} missing or different",
                "one run",
            )
            for whom, ran in months.items()
        ),
        *(
            (
                f"day pass of 96 meters, 6 items, at 2400 8E1, 485_{number}",
                ">= 95 % of the line limit",
                f"{100 * one.ratio:.1f} % ({one.duration:.0f} s; bytes {one.wire:.0f} s, "
                f"{one.requests} exchanges with 20 + 20 ms between)",
                "virtual time, exact; both ports at once",
            )
            for number, one in enumerate(ports, 1)
        ),
        (
            "file after a simulated year",
            "< 64 MiB",
            f"{size:.1f} MiB for 24 meters, really run; 192 meters: every ring full, above",
            "366 virtual days",
        ),
    ]


def _upgrade() -> list[Row]:
    """Firmware over RS485 at 115200, 11 520 bytes/s."""
    clean, noisy, plain, pty = (
        upgrade.send(), upgrade.send(1e-5), upgrade.send(plain=True), upgrade.over_pty(),
    )  # fmt: skip
    return [
        (
            "firmware, 1 MiB over RS485 115200",
            ">= 95 % of the raw line",
            f"{100 * clean.share:.1f} % ({clean.seconds:.0f} s; {100 * clean.cpu / clean.seconds:.0f} % of a "
            f"core for both ends); 256-byte stop and wait: {100 * plain.share:.1f} % ({plain.seconds:.0f} s)",
            "virtual time, exact; 5 ms before each answer, 20 ms of the original terminal",
        ),
        (
            "the same at 1e-5 bit errors",
            ">= 85 %",
            f"{100 * noisy.share:.1f} % ({noisy.seconds:.0f} s, {noisy.repeated} blocks sent twice)",
            "virtual time, one seed",
        ),
        (
            "the same over a pty, with a whole terminal",
            ">= 95 %, < 20 % of a core",
            f"{100 * pty.share:.1f} % ({pty.seconds:.0f} s), {100 * pty.cpu / pty.seconds:.0f} % of a core "
            "for both ends",
            "wall time",
        ),
    ]


if __name__ == "__main__":
    print(f"Measured {date.today()} on {platform.machine()}, Python {platform.python_version()}.")
    for group in (_codecs, _events, _face, _front_end, _meters, _families, _mixed, _upgrade, _month):
        for row in group():
            print("| " + " | ".join(row) + " |", flush=True)
