"""The rules activated and the state of the session as rows."""

from exchange.core.event import Event
from exchange.core.events import RulesActivated, SessionChanged
from exchange.storage.projection import Handler, Rows
from exchange.storage.writes import Row, Write, upsert

_SEPARATOR = "\x1f"
_PLAIN = upsert(
    "rules",
    "(ledger, rule_id, version) DO UPDATE SET rule_set = excluded.rule_set,"
    " activated_seq = excluded.activated_seq",
    rule_id="text",
    version="integer",
    kind="text",
    value="text",
    unit="text",
    valid_from="integer",
    valid_to="integer",
    title_zh="text",
    title_en="text",
    source="text",
    evidence="text",
    rule_set="integer",
    activated_seq="bigint",
)
RULES = Write(
    _PLAIN.name,
    _PLAIN.columns,
    _PLAIN.body.replace("u.value", "string_to_array(u.value, E'\\x1f')"),
)
SESSIONS = upsert(
    "sessions",
    "(ledger) DO UPDATE SET state = excluded.state, at_ns = excluded.at_ns,"
    " next_change_ns = excluded.next_change_ns",
    state="smallint",
    at_ns="bigint",
    next_change_ns="bigint",
)


class ReferenceProjection:
    """Tables `rules` and `sessions`."""

    def __init__(self) -> None:
        self._rules: dict[tuple[str, int], Row] = {}
        self._session: SessionChanged | None = None

    def handlers(self) -> dict[type[Event], Handler]:
        return {RulesActivated: self._on_rules, SessionChanged: self._on_session}

    def drain(self) -> Rows:
        rows: Rows = []
        if self._rules:
            rows.append((RULES, list(self._rules.values())))
        if self._session is not None:
            session = self._session
            rows.append((SESSIONS, [(session.state, session.at_ns, session.next_change_ns)]))
        self._rules, self._session = {}, None
        return rows

    def _on_rules(self, event: RulesActivated, seq: int, _at_ns: int) -> None:
        for rule in event.rules:
            self._rules[rule.rule_id, rule.version] = (
                rule.rule_id,
                rule.version,
                rule.kind,
                _SEPARATOR.join(rule.value),
                rule.unit,
                rule.valid_from,
                rule.valid_to,
                rule.title_zh,
                rule.title_en,
                rule.source,
                rule.evidence,
                event.rule_set,
                seq,
            )

    def _on_session(self, event: SessionChanged, _seq: int, _at_ns: int) -> None:
        self._session = event
