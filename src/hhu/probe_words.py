"""What is said about a probe for an unknown meter: what was found, how sure, what to do; zh and en."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.gdw376.units.afn04 import SPEEDS
from core.meters.driver import Speed
from core.meters.library.shelf import shipped
from core.meters.mapping import ALPHA, DLT645_1997, DLT645_2007, EDMI
from core.meters.probe.codes import codes_of, usual_speed
from core.meters.probe.question import IEC62056, Question
from core.meters.probe.sighting import Confidence, Sighting
from core.meters.probe.sweep import Outcome, Result

Pair = tuple[str, str]
"""Chinese, English."""
FAMILIES: dict[str, str] = {
    DLT645_2007: "DL/T 645-2007",
    DLT645_1997: "DL/T 645-1997",
    EDMI: "EDMI",
    ALPHA: "ABB/Elster ALPHA",
    IEC62056: "IEC 62056-21",
}
CONFIDENCE: dict[Confidence, Pair] = {
    Confidence.CERTAIN: ("确定：校验正确的报文", "certain: a frame with a right check"),
    Confidence.LIKELY: ("很可能：格式相符", "likely: the form is right, this family proves no more"),
    Confidence.POSSIBLE: (
        "可能：只有一个字符，请用读数验证",
        "possible: one character only; prove it by a reading",
    ),
}
HEADLINES: dict[Outcome, Pair] = {
    Outcome.FOUND: ("找到电能表", "A meter answers."),
    Outcome.SEVERAL: ("两块或更多电能表同时应答", "Two or more meters answer."),
    Outcome.NOISE: ("线路有杂波：每次询问后都收到乱码", "The line is bad: garbage follows every question."),
    Outcome.NOTHING: ("没有电能表应答", "No meter answered."),
}
LABELS: dict[str, Pair] = {
    "family": ("规约", "family"), "dialect": ("方言", "dialect"), "speed": ("速率", "speed"),
    "address": ("地址", "address"), "text": ("标识", "identification"), "offers": ("可切换到", "offers"),
    "confidence": ("可信度", "confidence"), "codes": ("规约号", "protocol codes"), "note": ("注意", "note"),
    "next": ("下一步", "next"), "tried": ("已试", "tried"), "left": ("未试", "not tried"),
}  # fmt: skip
ALONE: Pair = (
    "只留一块表接在总线上再试，或用 --meter 给出铭牌地址",
    "Leave one meter on the bus and probe again, or give the nameplate with --meter.",
)
CHECKS: tuple[Pair, ...] = (
    ("表是否上电，485 口是否启用", "Is the meter powered, and is its RS485 port in use?"),
    ("A、B 是否接反或接触不良：对调再试", "Are A and B exchanged or loose? Exchange them and probe again."),
    ("终端是否仍接在总线上轮询：先断开终端，或加 --port 由终端转发",
     "Is the terminal still reading on this bus? Take it off, or probe through it with --port."),
)  # fmt: skip
PORT_CHECKS: tuple[Pair, ...] = (
    *CHECKS[:2],
    ("--port 是否是这根线所接的端口", "Is --port the port that this bus hangs on?"),
    ("在总线上用适配器直接探测：不经终端，等待时间更准",
     "Probe directly with an adapter at the bus: waiting times are exact there."),
)  # fmt: skip
NEEDS_ADDRESS: Pair = (
    "ALPHA 和 WASION 4.1 只认自己的地址：加 --meter 铭牌地址",
    "ALPHA and WASION 4.1 answer to their own address only: add --meter with the nameplate.",
)
NOISE_CHECKS: tuple[Pair, ...] = (
    ("A、B 是否接反，屏蔽和终端电阻是否正常", "Are A and B exchanged; are screen and termination sound?"),
    *CHECKS[2:],
)
OTHERS: Pair = (
    "总线上另有主站在询问（可能是终端）：结果可能受干扰",
    "Another master talks on this bus, perhaps the terminal: it may have disturbed the probe.",
)
ECHO: Pair = ("适配器会收到自己发送的字节，不影响结果", "The adapter hears itself; that was allowed for.")
MORE_TIME: Pair = (
    "加大 --timeout，或用 --family、--speed 缩小范围",
    "Give more --timeout, or narrow with --family and --speed.",
)
TALKING: Pair = (
    "该表不等选择就发送整个读数：等它发完再问",
    "This meter sends its whole readout by itself: wait for its end before asking again.",
)
SHAPE: Pair = (
    "档案只存速率：终端对规约 {code} 用 {usual}，此表为 {shape}，改表的设置后才能抄读",
    "The archive holds the rate only: for protocol {code} the terminal takes {usual}, this meter is {shape}; "
    "set the meter to that shape, or it will not be read.",
)
NO_CODE: Pair = (
    "代码表 {list} 没有此规约：在终端配置 [protocols] 的 codes 中加上 {driver}",
    "List {list} has no code for it: give {driver} one in the profile of the terminal, [protocols] codes.",
)
NO_SPEED: Pair = ("未知（网口或虚拟串口不带速率）", "unknown: this line carries none")
SAVE: Pair = ("将这两行存为 meter.csv，然后导入：", "Save these lines as meter.csv, then import it:")
PROVE: Pair = ("验证读数：", "Prove it by a reading:")


@dataclass(frozen=True, slots=True)
class Setting:
    """What the words depend on besides the result."""

    zh: bool = False
    port: int | None = None
    """Port of the terminal the probe went through; ``None``: directly."""
    line: str = "ir:PORT"
    """The line to the terminal."""
    codes: str = "wodian"
    """The list of protocol codes of the terminal."""
    meter: str = ""
    """The nameplate, if it was given."""
    carries_speed: bool = True

    def of(self, pair: Pair) -> str:
        """Choose the language."""
        return pair[0] if self.zh else pair[1]


Line = tuple[str, str]
"""Label and text; lines of one label follow each other with an empty one."""


def shape_text(speed: Speed) -> str:
    """Return the usual short form, as ``2400 8E1``."""
    return f"{speed.baud} {speed.data_bits}{speed.parity}{speed.stop_bits}"


def family_name(name: str) -> str:
    """Return how people call a family."""
    return FAMILIES.get(name) or shipped()[name].identity.title


def headline(result: Result, setting: Setting) -> str:
    """Return the result in one sentence; two clean answers are two meters too."""
    return setting.of(HEADLINES[result.outcome])


def protocol_of(seen: Sighting, setting: Setting) -> int | None:
    """Return the code of the terminal's list, ``None`` where it has none."""
    return next(iter(codes_of(seen).get(setting.codes, ())), None)


def told(result: Result, setting: Setting) -> list[Line]:
    """Return everything else, line by line."""
    lines = [line for seen in result.sightings for line in _seen(seen, setting)]
    if result.suspect and not result.sightings:
        lines += _suspected(result.suspect, setting)
    if result.outcome is Outcome.FOUND:
        lines += next_steps(result.sightings[0], setting)
    else:
        lines += _advice(result, setting)
    notes = [pair for pair, told in ((OTHERS, result.others), (ECHO, result.echo)) if told]
    return lines + _under("note", [setting.of(pair) for pair in notes], setting)


def _under(label: str, texts: list[str], setting: Setting) -> list[Line]:
    return [(setting.of(LABELS[label]) if number == 0 else "", text) for number, text in enumerate(texts)]


def _seen(seen: Sighting, setting: Setting) -> list[Line]:
    facts = {
        "family": family_name(seen.family),
        "dialect": seen.dialect,
        "speed": shape_text(seen.speed) if setting.carries_speed else setting.of(NO_SPEED),
        "address": seen.address,
        "text": seen.text,
        "offers": f"{seen.offers} bps" if seen.offers else "",
        "confidence": setting.of(CONFIDENCE[seen.confidence]),
        "codes": codes_text(codes_of(seen)),
    }
    lines = [(setting.of(LABELS[name]), text) for name, text in facts.items() if text]
    return lines + _under("note", [setting.of(TALKING)] if seen.talking else [], setting)


def codes_text(codes: Mapping[str, tuple[int, ...]]) -> str:
    """Return codes with the lists that have them: ``10 (wodian, xinlian); 13, 14 (hubei)``."""
    lists: dict[tuple[int, ...], list[str]] = {}
    for name, held in codes.items():
        lists.setdefault(held, []).append(name)
    return "; ".join(f"{', '.join(map(str, held))} ({', '.join(names)})" for held, names in lists.items())


def _suspected(question: Question, setting: Setting) -> list[Line]:
    speed = shape_text(question.speed) if setting.carries_speed else setting.of(NO_SPEED)
    return [
        (setting.of(LABELS["family"]), family_name(question.family)),
        (setting.of(LABELS["speed"]), speed),
    ]


def _advice(result: Result, setting: Setting) -> list[Line]:
    """What was tried, what not, and what to look at."""
    lines: list[Line] = []
    if result.outcome in (Outcome.NOTHING, Outcome.NOISE):
        lines += _under(
            "tried", tried_texts(tuple(tried.question for tried in result.tried), setting), setting
        )
        lines += _under("left", tried_texts(result.left, setting), setting)
    return lines + _under("next", [setting.of(pair) for pair in _steps(result, setting)], setting)


def _steps(result: Result, setting: Setting) -> list[Pair]:
    if result.outcome is Outcome.SEVERAL:
        return [ALONE]
    if result.outcome is Outcome.NOISE:
        return list(NOISE_CHECKS if setting.port is None else NOISE_CHECKS[:1])
    steps = list(CHECKS if setting.port is None else PORT_CHECKS)
    return steps + ([] if setting.meter else [NEEDS_ADDRESS]) + ([MORE_TIME] if result.left else [])


def tried_texts(questions: tuple[Question, ...], setting: Setting) -> list[str]:
    """Return families with their speeds, a line each."""
    speeds: dict[str, list[str]] = {}
    for question in questions:
        held = speeds.setdefault(question.family, [])
        text = shape_text(question.speed)
        if setting.carries_speed and text not in held:
            held.append(text)
    return [f"{family_name(name)}: {', '.join(held)}".removesuffix(": ") for name, held in speeds.items()]


# The next step


def next_steps(seen: Sighting, setting: Setting) -> list[Line]:
    """How the meter gets into the archive, and what stands against it."""
    code = protocol_of(seen, setting)
    if code is None:
        driver = seen.drivers[0] if seen.drivers else seen.family
        return _under("next", [setting.of(NO_CODE).format(list=setting.codes, driver=driver)], setting)
    lines = _under("note", _objections(seen, code, setting), setting)
    heading, row = archive_lines(seen, code, setting)
    texts = [setting.of(SAVE), heading, row, f"hhu meters import meter.csv --line {setting.line}"]
    if proof := proof_command(seen, setting):
        texts += [setting.of(PROVE), proof]
    return lines + _under("next", texts, setting)


def _objections(seen: Sighting, code: int, setting: Setting) -> list[str]:
    """The archive says nothing of parity and data bits: those of the protocol hold."""
    _, usual = usual_speed(code, setting.codes)
    shape = shape_text(seen.speed).split()[1]
    if shape == usual or not setting.carries_speed:
        return []
    return [setting.of(SHAPE).format(code=code, usual=usual, shape=shape)]


def archive_lines(seen: Sighting, code: int, setting: Setting) -> tuple[str, str]:
    """Return headings and row for ``hhu meters import``; what nobody knows yet is named in capitals."""
    port = str(setting.port) if setting.port else "PORT"
    rates = {en for _, en in SPEEDS.values()}
    baud = str(seen.speed.baud) if setting.carries_speed else "default"
    speed = baud if baud in rates else "default"
    return (
        "Port,Speed,Protocol,Meter address",
        f"{port},{speed},{code},{full_address(seen, setting) or 'NAMEPLATE'}",
    )


def full_address(seen: Sighting, setting: Setting) -> str:
    """Return twelve digits: as the meter says, else the nameplate that was given; empty if nobody knows."""
    own = seen.address if seen.address.isdecimal() else ""
    if setting.meter and (not own or setting.meter.endswith(own) or int(setting.meter[-3:]) == int(own)):
        return setting.meter
    return own.zfill(12) if own else ""


def proof_command(seen: Sighting, setting: Setting) -> str:
    """Return the command that reads the meter through the terminal, for families whose frames we relay."""
    editions = {DLT645_1997: "1997", DLT645_2007: "2007"}
    if setting.port is None or seen.family not in editions or not seen.address:
        return ""
    parity = {"N": "none", "E": "even", "O": "odd"}[seen.speed.parity]
    return (
        f"hhu meters relay --port {setting.port} --speed {seen.speed.baud} --parity {parity} "
        f"--edition {editions[seen.family]} --meter {seen.address} --read energy --line {setting.line}"
    )
