"""Writes the reference pages that say what the code says, and the JSON Schemas.

`python docs/generate.py` writes them; with `--check` it writes nothing, and fails where a file is stale, missing or
no longer generated.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

sys.dont_write_bytecode = True  # the folder is published as it is

from api_page import write_api_page  # noqa: E402 - after the line above
from architecture_plot import draw_architecture  # noqa: E402 - as above
from backtest_plot import draw_backtest  # noqa: E402 - as above
from backtest_schemas import backtest_schemas  # noqa: E402 - as above
from card_schemas import card_schemas  # noqa: E402 - as above
from cards_page import write_cards_page  # noqa: E402 - as above
from cli_page import write_cli_page  # noqa: E402 - as above
from currencies_table import write_currencies  # noqa: E402 - as above
from history_plot import draw_history  # noqa: E402 - as above
from hosts_page import write_hosts_page  # noqa: E402 - as above
from lints_page import write_lints_page  # noqa: E402 - as above
from messages_file import write_catalogues  # noqa: E402 - as above
from month_end_plot import draw_month_end  # noqa: E402 - as above
from mutation_page import write_mutation_page  # noqa: E402 - as above
from openapi_document import write_openapi  # noqa: E402 - as above
from reconciliation_schemas import reconciliation_schemas  # noqa: E402 - as above
from rules_page import write_rules_page  # noqa: E402 - as above
from service_page import write_service_page  # noqa: E402 - as above
from trial_schemas import trial_schemas  # noqa: E402 - as above
from wire_schemas import wire_schemas  # noqa: E402 - as above

REFERENCE: Final = Path(__file__).resolve().parent / "reference"
SHIPPED: Final = REFERENCE.parent.parent / "pricing" / "published" / "schemas"
"""The schemas that the shipped cards name, and `cards init` puts beside what it writes."""
CURRENCIES: Final = SHIPPED.parent.parent / "currencies.py"
OPENAPI: Final = SHIPPED.parent.parent / "shell" / "service" / "openapi.json"
"""What the service answers at /openapi.json."""
OF_TOML: Final = ("agreement", "card", "catalogue")


def generated() -> dict[Path, str]:
    """The text of every generated file."""
    schemas = {**card_schemas(), **wire_schemas(), **trial_schemas(), **backtest_schemas()}
    schemas |= reconciliation_schemas()
    return {
        REFERENCE / "api.md": write_api_page(),
        REFERENCE / "rules.md": write_rules_page(),
        REFERENCE / "hosts.md": write_hosts_page(),
        REFERENCE / "cli.md": write_cli_page(),
        REFERENCE / "cards.md": write_cards_page(),
        REFERENCE / "lints.md": write_lints_page(),
        REFERENCE / "service.md": write_service_page(),
        REFERENCE.parent / "explanation" / "mutation.md": write_mutation_page(),
        CURRENCIES: write_currencies(),
        OPENAPI: write_openapi(),
        **write_catalogues(),
        REFERENCE.parent / "explanation" / "architecture.svg": draw_architecture(),
        REFERENCE.parent / "how-to" / "read-price-history.svg": draw_history(),
        REFERENCE.parent / "how-to" / "backtest-a-change.svg": draw_backtest(),
        REFERENCE.parent / "tutorial" / "month-end.svg": draw_month_end(),
        **{REFERENCE / "schemas" / f"{name}.json": _json(schema) for name, schema in schemas.items()},
        **{SHIPPED / f"{name}.json": _json(schemas[name]) for name in OF_TOML},
    }


def _json(schema: Mapping[str, object]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _differing(files: Mapping[Path, str]) -> list[Path]:
    stale = [path for path, text in files.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    folders = (REFERENCE / "schemas", SHIPPED)
    left_over = [path for folder in folders for path in folder.glob("*.json") if path not in files]
    return sorted(stale + left_over)


def main(arguments: list[str]) -> int:
    """Write or check; 1 where a check fails."""
    files = generated()
    differing = _differing(files)
    if "--check" in arguments:
        for path in differing:
            print(f"stale: {path.relative_to(REFERENCE.parent.parent)} (run: python docs/generate.py)")
        return 1 if differing else 0
    for path in differing:
        if path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path], encoding="utf-8")
        else:
            path.unlink()
        print(f"{'wrote' if path in files else 'removed'} {path.relative_to(REFERENCE.parent.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
