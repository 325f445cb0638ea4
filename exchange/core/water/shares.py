"""What each place has of a year's water: quota by ratio, less what it overused the year before.

Invariant: a figure comes from the rulebook's formulas and quotas in force, nothing else.
Rule: `allocation.formula.league`, `allocation.formula.annual`, `totals.quota`,
`water_year.deficit_factor`.
"""

from exchange.core import evaluation
from exchange.core.evaluation import Method, NoResult
from exchange.core.formulas import Choice
from exchange.core.state import Asset, State
from exchange.core.totals import places
from exchange.core.units import format_decimal
from exchange.core.water.events import Share

LEAGUE, REGION = "allocation.formula.league", "allocation.formula.annual"
FACTOR = "water_year.deficit_factor"


def shares(
    state: State, asset: Asset, year: int, ratio_ppm: int
) -> tuple[Method, tuple[Share, ...]]:
    """Return the method and the shares, the region's first. Raises: NoResult."""
    book, ratio = state.rules, format_decimal(ratio_ppm, 6)
    method, whole = evaluation.method(book, LEAGUE), evaluation.method(book, REGION)
    quota = book.find("totals.quota")
    if quota is None:
        raise NoResult("rule_missing", None, (("rule", book.rule_id("totals.quota")),))
    choice = _choice(method)
    region = _given(state, asset, whole, {"quota": quota.value[0], "ratio": ratio})
    found = [Share(places.parent(choice.words[0]), region, 0)]
    factor = book.integer(FACTOR, 0) * 10**asset.scale
    for league in choice.words:
        given = _given(state, asset, method, {choice.name: league, "ratio": ratio})
        withheld = min(given, factor * state.water.overuse.get((league, year - 1), 0))
        found.append(Share(league, given - withheld, withheld))
    return method, tuple(found)


def leagues(state: State) -> tuple[str, ...]:
    """Return the places that get a share of a year. Raises: NoResult."""
    return _choice(evaluation.method(state.rules, LEAGUE)).words


def _choice(method: Method) -> Choice:
    choice = method.formula.choices[0] if method.formula.choices else None
    if choice is None or not _are_leagues(choice.words):
        raise NoResult("rule_invalid", method.reference)
    return choice


def _are_leagues(words: tuple[str, ...]) -> bool:
    """Tell whether the words are different places that have one parent."""
    parents = [places.parent(word) for word in words]
    return (
        all(map(places.is_place, words))
        and parents.count(parents[0]) == len(parents)
        and len(dict.fromkeys(words)) == len(words)
    )


def _given(state: State, asset: Asset, method: Method, inputs: dict[str, str]) -> int:
    value = evaluation.evaluate(method, state.rules, inputs).value
    return int(value * 10**asset.scale) // int(10**method.formula.scale)
