"""Everything an operator can set, as one table; the page of the documentation is made from it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable. ``secret`` ones may also come from the file named by ``NAME_FILE``."""

    name: str
    default: str
    about: str
    parse: Callable[[str], Any] = str
    secret: bool = False


def _flag(text: str) -> bool:
    return text.strip().lower() in {"1", "true", "yes", "on"}


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


TABLE: Final = (
    Setting("SANBAO_HOME", "./var", "Folder for data: SQLite database, files, keys, rule packs."),
    Setting(
        "SANBAO_DATABASE_URL",
        "",
        "postgresql://user:password@host:5432/name, or empty for SQLite in SANBAO_HOME.",
        secret=True,
    ),
    Setting("SANBAO_HOST", "127.0.0.1", "Address the web server listens on."),
    Setting("SANBAO_PORT", "8000", "Port the web server listens on.", int),
    Setting("SANBAO_WORKERS", "2", "Web server processes.", int),
    Setting(
        "SANBAO_SECRET_KEY",
        "",
        "Signs sessions and links; made and kept in SANBAO_HOME when empty.",
        secret=True,
    ),
    Setting("SANBAO_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]", "Host names the site answers to.", _words),
    Setting(
        "SANBAO_ORIGIN", "", "Public address such as https://service.example.com; switches secure cookies on."
    ),
    Setting(
        "SANBAO_TRUST_PROXY", "no", "Believe X-Forwarded-For and -Proto: only behind your own proxy.", _flag
    ),
    Setting("SANBAO_TIME_ZONE", "Asia/Shanghai", "Time zone of the installation."),
    Setting("SANBAO_JURISDICTION", "CN", "Whose law rights are judged by: CN, EU, EU-ES, EU-FR, EU-PT, UK."),
    Setting("SANBAO_BRAND", "Sanbao", "Brand name shown on every page."),
    Setting("SANBAO_BRAND_COLOR", "", "Brand colour such as #C2410C; empty for the sample colour."),
    Setting("SANBAO_DEMO", "", "Set by the demo; shows the banner and the demo sign-ins.", _flag),
    Setting("SANBAO_DEBUG", "no", "Developer pages instead of the plain error page.", _flag),
    Setting(
        "SANBAO_MAIL_URL",
        "",
        "smtp://user:password@host:587 for e-mail; empty writes mails to the log folder.",
        secret=True,
    ),
    Setting(
        "SANBAO_SMS_URL",
        "",
        "HTTPS address of an SMS gateway taking {to, text}; empty writes to the outbox page.",
        secret=True,
    ),
    Setting("SANBAO_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
)


def read(environ: dict[str, str] | None = None) -> dict[str, Any]:
    """Return every setting by name, parsed; file variants of secrets win over plain ones.

    Raises:
        SystemExit: a value cannot be read, with the variable's name.
    """
    source = dict(os.environ) if environ is None else environ
    return {setting.name: _value(setting, source) for setting in TABLE}


def _value(setting: Setting, source: dict[str, str]) -> Any:
    text = source.get(setting.name, setting.default)
    path = source.get(f"{setting.name}_FILE") if setting.secret else None
    try:
        if path:
            text = Path(path).read_text(encoding="utf-8").strip()
        return setting.parse(text)
    except (OSError, ValueError) as fault:
        raise SystemExit(f"{setting.name}: {fault}") from fault


def as_markdown() -> str:
    """Return the table as a page of the documentation."""
    rows = [
        f"| `{s.name}` | {f'`{s.default}`' if s.default else '–'} | {s.about}"
        f"{f' May be read from the file named in `{s.name}_FILE`.' if s.secret else ''} |"
        for s in TABLE
    ]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows]) + "\n"
