"""The configuration of training, read once from config.toml."""

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONFIG: dict[str, Any] = tomllib.loads((ROOT / "training" / "config.toml").read_text(encoding="utf-8"))
SHARED = ROOT / CONFIG["data"]["shared"]
DOMAIN = ROOT / CONFIG["data"]["domain"]
WORK = ROOT / CONFIG["data"]["work"]
MODEL = ROOT / "index" / "models" / "yibao-zh-static"
