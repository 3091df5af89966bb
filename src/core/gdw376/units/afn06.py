"""AFN 06: authentication and key agreement (part A §9). MAC and keys live in the security chip."""

from typing import Annotated, Any

from core.gdw376.fields import Direction
from core.gdw376.unit import Confidence, Edition, Unit, unit
from core.wire.formats import U8, U32
from core.wire.leaf import Octets, Uint
from core.wire.record import item
from core.wire.repeat import Prefix, Repeat, Tail, ToEnd

DOWN, UP = Direction.DOWN, Direction.UP
Block = Annotated[bytes, Octets(16)]
Octet = Annotated[bytes, Octets(1)]
Mac = Annotated[bytes, Octets(4)]
Bytes = Annotated[tuple[bytes, ...], Repeat(Octet, ToEnd())]
LATER: Any = {"edition": Edition.ADDED_2012}
SINGLE: Any = {"edition": Edition.ADDED_2012, "confidence": Confidence.SINGLE}


@unit(0x06, 1, "身份认证请求", "Authentication request", "", "A §9 F1")
class AuthenticationRequest(Unit):
    """Cipher of 2009; the algorithm was not published."""

    cipher: Block = item("身份认证密文", "Cipher")


@unit(0x06, 2, "身份认证响应", "Authentication response", "", "A §9 F2")
class AuthenticationResponse(Unit):
    """Cipher of 2009."""

    cipher: Block = item("身份认证密文", "Cipher")


@unit(0x06, 3, "取随机数请求", "Get random number", "", "A §9 F3")
class GetRandom(Unit):
    """Random number of 2009."""

    random: Block = item("随机数", "Random number")


@unit(0x06, 4, "取随机数响应", "Random number", "", "A §9 F4")
class RandomNumber(Unit):
    """Random number of 2009."""

    random: Block = item("随机数", "Random number")


@unit(0x06, 11, "获取终端信息", "Ask terminal security data", "", "A §9 F11", direction=DOWN, **LATER)
class AskSecurity(Unit):
    """No data."""


@unit(0x06, 11, "获取终端信息", "Terminal security data", "", "A §9 F11", direction=UP, **LATER)
class Security(Unit):
    """Chip and certificate."""

    chip: Annotated[bytes, Octets(8)] = item("芯片序列号", "Chip serial number")
    certificate: Block = item("证书序列号", "Certificate serial number")
    counter: U32 = item("计数器", "Counter")
    state: U8 = item("芯片状态", "Chip state")
    key_version: Annotated[bytes, Octets(8)] = item("密钥版本", "Key version")


@unit(
    0x06, 12, "会话初始化/恢复", "Session start", "", "A §9 F12", note="parts behind the certificate by the chip",
    **LATER,
)  # fmt: skip
class SessionStart(Unit):
    """Session of the chip; the parts inside are left to it."""

    length: Annotated[int, Uint(2)] = item("报文长度", "Length")
    version: U8 = item("版本号", "Version")
    session: U8 = item("会话ID", "Session id")
    parts: Bytes = item("会话数据", "Session parts")


@unit(0x06, 13, "会话协商", "Session agreement", "", "A §9 F13", direction=DOWN, **LATER)
class SessionAgreement(Unit):
    """Key cipher, certificate check, MAC2 and signature S3, by the chip."""

    length: Annotated[int, Uint(2)] = item("报文长度", "Length")
    parts: Bytes = item("协商数据", "Agreement parts")


@unit(0x06, 13, "会话协商", "Session agreed", "", "A §9 F13", direction=UP, **LATER)
class SessionAgreed(Unit):
    """R3 and MAC3."""

    random: Block = item("随机数R3", "R3")
    mac: Mac = item("MAC3", "MAC3")


@unit(0x06, 14, "对称密钥更新", "Symmetric key update", "", "A §9 F14", **LATER)
class KeyUpdate(Unit):
    """New keys, enciphered."""

    version: U8 = item("密钥版本号", "Key version")
    keys: Annotated[tuple[bytes, ...], Repeat(Annotated[bytes, Octets(32, secret=True)], Prefix(1, 255))] = (
        item("密钥", "Key")
    )


@unit(0x06, 15, "终端证书密钥", "Terminal certificate key", "", "A §9 F15", direction=UP, **SINGLE)
class CertificateKey(Unit):
    """Certificate number and terminal key."""

    certificate: Block = item("证书序列号", "Certificate serial number")
    key: Annotated[bytes, Octets(64)] = item("终端密钥", "Terminal key")


@unit(0x06, 16, "CA证书更新", "CA certificate update", "", "A §9 F16", **LATER)
class CaUpdate(Unit):
    """New certificate, enciphered."""

    length: Annotated[int, Uint(2)] = item("报文长度", "Length")
    cipher: Bytes = item("证书密文", "Cipher")


@unit(0x06, 17, "内部认证", "Internal authentication", "", "A §9 F17", direction=DOWN, **LATER)
class InternalAuthentication(Unit):
    """R4."""

    random: Block = item("随机数R4", "R4")


@unit(0x06, 17, "内部认证", "Internal authentication answer", "", "A §9 F17", direction=UP, **LATER)
class InternallyAuthenticated(Unit):
    """R4 enciphered, and R5."""

    cipher: Block = item("R4密文", "R4 cipher")
    random: Block = item("随机数R5", "R5")


@unit(0x06, 18, "外部认证", "External authentication", "", "A §9 F18", direction=DOWN, **LATER)
class ExternalAuthentication(Unit):
    """R5 enciphered."""

    cipher: Block = item("R5密文", "R5 cipher")


@unit(0x06, 18, "外部认证", "External authentication answer", "", "A §9 F18", direction=UP, **LATER)
class ExternallyAuthenticated(Unit):
    """R6."""

    random: Block = item("随机数R6", "R6")


SWITCHES = {0: ("测试切换到正式", "test to formal"), 1: ("正式切换到测试", "formal to test")}


@unit(0x06, 19, "状态切换", "Switch state", "", "A §9 F19", **LATER)
class SwitchState(Unit):
    """From test to formal keys and back."""

    state: Annotated[int, Uint(1, choices=SWITCHES)] = item("状态切换标志", "State")
    cipher: Block = item("R6密文", "R6 cipher")
    mac: Mac = item("MAC6", "MAC6")


@unit(
    0x06,
    20,
    "离线计数器",
    "Offline counter",
    "",
    "A §9 F20",
    note="answered with R3 and MAC3 or AFN00",
    **LATER,
)
class OfflineCounter(Unit):
    """R3 and MAC3, or 20 bytes of the master."""

    random: Block = item("随机数R3", "R3")
    mac: Annotated[bytes | None, Tail(Mac)] = item("MAC3", "MAC3", default=None)


@unit(0x06, 21, "转加密授权", "Transfer authorisation", "", "A §9 F21", **LATER)
class TransferAuthorisation(Unit):
    """32 bytes either way."""

    authorisation: Annotated[bytes, Octets(32)] = item("转加密授权", "Authorisation")
