"""The rulebook as shipped and the one that each ledger runs by.

A ledger without rules is given those shipped. One that has some is given what a newer release adds,
in the sandbox; elsewhere that is the operator's act, and the start says what waits for it. A
version that was activated is never changed: where the shipped one has other content, that is said.
"""

import hashlib
from collections.abc import Iterable

import structlog

from exchange.core.commands import ActivateRules
from exchange.core.mandates import SystemActor
from exchange.core.outcomes import encode_command
from exchange.core.rules import Rule
from exchange.core.types import Role
from exchange.rulebook.loader import load_rules
from exchange.sequencer.gateway import Gateway
from exchange.sequencer.sequencer import Sequencer

log = structlog.get_logger(__name__)

DOCUMENT = "the rulebook as shipped"
ACTOR = SystemActor(Role.EXCHANGE_OPERATOR)


async def bring_up(gateway: Gateway, sequencer: Sequencer, *, additions: bool) -> None:
    """Give a ledger the rules it starts with, and with `additions` those that came since.

    Raises: RuntimeError when the venue refuses them.
    """
    shipped, ledger = load_rules(sequencer.ledger), sequencer.ledger
    if not sequencer.rulebook.rule_set:
        await _activate(gateway, ledger, "0:rulebook:shipped", ActivateRules(shipped, DOCUMENT))
        return
    added, changed = compare(shipped, sequencer.rulebook.versions())
    if changed:
        log.warning("rules_differ_from_shipped", ledger=ledger, rules=_names(changed))
    if added and not additions:
        log.warning("shipped_rules_wait", ledger=ledger, rules=_names(added))
    elif added:
        command = ActivateRules(added, DOCUMENT)
        name = hashlib.sha256(encode_command(command)).hexdigest()[:12]
        await _activate(gateway, ledger, f"0:rulebook:shipped:{name}", command)


async def _activate(gateway: Gateway, ledger: str, command_id: str, command: ActivateRules) -> None:
    committed = await gateway.submit(ledger, command_id, command, ACTOR)
    if committed.outcome.refusal is not None:
        raise RuntimeError(f"{ledger}: shipped rules refused: {committed.outcome.refusal}")


def compare(
    shipped: Iterable[Rule], known: Iterable[Rule]
) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Return the shipped versions that are not known, and those known with other content."""
    there = {(rule.rule_id, rule.version): rule for rule in known}
    added, changed = [], []
    for rule in shipped:
        other = there.get((rule.rule_id, rule.version))
        if other is None:
            added.append(rule)
        elif other != rule:
            changed.append(rule)
    return tuple(added), tuple(changed)


def _names(rules: Iterable[Rule]) -> list[str]:
    return [f"{rule.rule_id} {rule.version}" for rule in rules]
