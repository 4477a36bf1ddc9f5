"""How a reconciliation is computed again and its documents are written: what signing off takes from other parts."""

from __future__ import annotations

from pathlib import Path

from pricing.reconciliations import Reconciliation
from pricing.shell.bulk.runs import RunOptions
from pricing.shell.bulk.signing_off import Ways
from wan_rules.payloads import UnusableInputError


def find_ways() -> Ways:
    """The ways that this program has."""
    return Ways(_recompute, _write_outputs)


def _recompute(options: RunOptions) -> Reconciliation:
    try:
        from pricing.shell.bulk.reconcile_runs import recompute
    except ImportError as error:
        raise UnusableInputError("signoff", f"it needs {error.name}: pip install 'wan-rules[tables]'") from None

    return recompute(options)


def _write_outputs(folder: Path, reconciliation: Reconciliation) -> tuple[str, ...]:
    from pricing.shell.bulk.outputs.folders import write_outputs

    return write_outputs(folder, reconciliation)
