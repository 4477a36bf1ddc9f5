"""Quotes one payload at the published list prices: run `python examples/library.py` where the package is installed."""

from datetime import UTC, datetime
from pathlib import Path

from pricing import Market, quote, resolve
from pricing.shell.catalogues import load_published
from wan_rules import parse_facts, parse_object, read, recognise, validate

examples = Path(__file__).parent
payload = parse_object((examples / "fal-one-clip.payload.json").read_bytes())
facts = parse_facts(parse_object((examples / "fal-one-clip.facts.json").read_bytes(), what="facts"))
host = recognise(payload)
valid = validate(read(payload, host, facts))  # raises InvalidRequestError with the whole report
at = datetime(2026, 11, 15, tzinfo=UTC)  # the instant of submission picks the prices
pricing = resolve(load_published(), Market(None, None, host.name), at)
quoted = quote(valid, pricing, at)  # raises NoRateError where nothing prices it
for line in quoted.lines:
    print(line.quantity.meter, line.quantity.pricing, "x", line.rate.contracted_unit_price, "=", line.amount)
print("total", quoted.total, quoted.currency)
