"""What the environment says about a provider. Keys are files, named by their path."""

import os
from pathlib import Path

NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    # of each line at least one whole alternative must be there
    "wechat": (("APPID", "MCHID", "SERIAL", "KEY_FILE", "APIV3_KEY"),),
    "alipay": (
        ("APP_ID", "KEY_FILE", "PUBLIC_KEY_FILE"),
        ("APP_ID", "KEY_FILE", "APP_CERTIFICATE_FILE", "CERTIFICATE_FILE", "ROOT_CERTIFICATE_FILE"),
    ),
    "stripe": (("KEY", "WEBHOOK_SECRET"),),
}


def setting(provider: str, name: str, otherwise: str = "") -> str:
    """One of the variables SHUKE_<PROVIDER>_<NAME>."""
    return os.environ.get(f"SHUKE_{provider.upper()}_{name}", "").strip() or otherwise


def text_of(provider: str, name: str) -> str:
    """What stands in the file that a variable names; nothing when it is not set."""
    path = setting(provider, name)
    return Path(path).read_text(encoding="utf-8") if path else ""


def missing(provider: str) -> list[str]:
    """The variables without which the provider stays out of use; none when nothing at all is set for it either."""
    if not any(key.startswith(f"SHUKE_{provider.upper()}_") for key in os.environ):
        return []
    gaps = [[name for name in names if not setting(provider, name)] for names in NEEDED[provider]]
    return [f"SHUKE_{provider.upper()}_{name}" for name in min(gaps, key=len)]


def unreadable(provider: str) -> list[str]:
    """The variables that name a file which can't be read."""
    prefix = f"SHUKE_{provider.upper()}_"
    named = [(name, path) for name, path in os.environ.items() if name.startswith(prefix) and name.endswith("_FILE")]
    return [name for name, path in named if not os.access(path, os.R_OK)]


def is_complete(provider: str) -> bool:
    """Whether the provider can be used."""
    return any(all(setting(provider, name) for name in names) for names in NEEDED[provider])


def notices_at(provider: str) -> str:
    """Where a provider is to send what it tells by itself."""
    return f"{os.environ.get('SHUKE_URL', '').rstrip('/')}/api/v1/notices/{provider}"
