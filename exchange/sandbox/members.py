"""Who and what is in a fresh sandbox. Names are invented; regions, basins and rights are real."""

from dataclasses import dataclass

from exchange.core.types import AccountType, Role

ALL = ("carbon", "emission", "energy", "water")


@dataclass(frozen=True, slots=True)
class Member:
    """A sandbox participant. `name` is also its login's label."""

    name: str
    name_zh: str
    role: Role
    region: str = "150000"
    basin: str = ""
    sector: str = ""
    account_type: AccountType = AccountType.OPERATOR
    ledgers: tuple[str, ...] = ()


def _staff(name: str, name_zh: str, role: Role) -> Member:
    return Member(name, name_zh, role)


def _firm(  # noqa: PLR0913, PLR0917
    name: str, name_zh: str, region: str, basin: str, sector: str, ledgers: tuple[str, ...] = ALL
) -> Member:
    kind = AccountType.COMPLIANCE_ENTITY
    return Member(name, name_zh, Role.ENTERPRISE, region, basin, sector, kind, ledgers)


YELLOW, LIAO, SONGHUA, INLAND = "yellow_river", "liao_river", "songhua_river", "inland"

MEMBERS = (
    _staff("operator", "交易所运营", Role.EXCHANGE_OPERATOR),
    _staff("regulator", "自治区主管部门", Role.REGULATOR),
    _staff("regulator-2", "自治区主管部门复核", Role.REGULATOR),
    _staff("clearing", "结算部", Role.CLEARING),
    _staff("auditor", "审计", Role.AUDITOR),
    _staff("water-desk", "水权收储转让中心", Role.WATER_DESK),
    _staff("verifier", "核查机构", Role.VERIFIER),
    _staff("arbiter", "仲裁", Role.ARBITER),
    _firm("hohhot-power", "呼和浩特发电", "150100", YELLOW, "thermal_power"),
    _firm("hohhot-dairy", "呼和浩特乳业", "150100", YELLOW, "food"),
    _firm("baotou-steel", "包头钢铁", "150200", YELLOW, "steel"),
    _firm("baotou-aluminium", "包头铝业", "150200", YELLOW, "aluminium"),
    _firm("baotou-power", "包头热电", "150200", YELLOW, "thermal_power"),
    _firm("baotou-power-2", "包头第二热电", "150200", YELLOW, "thermal_power"),
    _firm("wuhai-chemicals", "乌海化工", "150300", YELLOW, "chemicals"),
    _firm("chifeng-copper", "赤峰铜业", "150400", LIAO, "nonferrous"),
    _firm("tongliao-power", "通辽发电", "150500", LIAO, "thermal_power"),
    _firm("tongliao-starch", "通辽淀粉", "150500", LIAO, "food"),
    _firm("ordos-coal-chemicals", "鄂尔多斯煤化工", "150600", YELLOW, "chemicals"),
    _firm("ordos-methanol", "鄂尔多斯甲醇", "150600", YELLOW, "chemicals"),
    _firm("hulunbuir-paper", "呼伦贝尔纸业", "150700", SONGHUA, "paper"),
    _firm("bayannur-irrigation", "巴彦淖尔灌区", "150800", YELLOW, "agriculture", ("water",)),
    _firm("bayannur-ammonia", "巴彦淖尔化肥", "150800", YELLOW, "chemicals"),
    _firm("ulanqab-ferroalloy", "乌兰察布铁合金", "150900", YELLOW, "ferroalloy"),
    _firm("hinggan-cement", "兴安盟水泥", "152200", SONGHUA, "cement"),
    _firm("xilingol-power", "锡林郭勒发电", "152500", INLAND, "thermal_power"),
    _firm("alxa-chlor-alkali", "阿拉善氯碱", "152900", YELLOW, "chemicals"),
    Member(
        "green-capital",
        "绿色资本",
        Role.INSTITUTION,
        "150100",
        YELLOW,
        "finance",
        AccountType.INSTITUTION,
        ("carbon",),
    ),
    Member(
        "steppe-brokers",
        "草原经纪",
        Role.INSTITUTION,
        "150100",
        YELLOW,
        "finance",
        AccountType.INSTITUTION,
        ("carbon",),
    ),
    Member(
        "alxa-league",
        "阿拉善盟",
        Role.ENTERPRISE,
        "152900",
        YELLOW,
        "government",
        AccountType.GOV_REGION,
        ("energy", "water"),
    ),
)


@dataclass(frozen=True, slots=True)
class Right:
    """An asset with its instruments. Quantities in whole units; prices in yuan."""

    ledger: str
    code: str
    kind: str
    unit: str
    scale: int
    title_zh: str
    title_en: str
    price: str
    each: int
    vintage: str = ""
    region: str = ""
    basin: str = ""
    markets: tuple[tuple[str, str], ...] = (("", ""),)


def _pollutant(  # noqa: PLR0913
    kind: str, place: str, price: str, each: int, *, zh: str, en: str
) -> Right:
    air = kind in ("SO2", "NOX")
    markets = (("", ""), ("-TP", "thermal_power")) if air else (("", ""),)
    region, basin = (place, "") if air else ("", place)
    short = place if air else {"yellow_river": "YR", "liao_river": "LR"}[place]
    code = f"{kind}-{short}"
    return Right(
        "emission", code, kind, "t", 4, zh, en, price, each, "2026", region, basin, markets
    )


RIGHTS = (
    Right(
        "carbon", "CEA23", "CEA", "tCO2e", 0, "2023年度配额", "CEA 2023", "97.00", 50_000, "2023"
    ),
    Right(
        "carbon", "CEA24", "CEA", "tCO2e", 0, "2024年度配额", "CEA 2024", "98.00", 500_000, "2024"
    ),
    Right(
        "carbon", "CEA25", "CEA", "tCO2e", 0, "2025年度配额", "CEA 2025", "99.48", 50_000, "2025"
    ),
    _pollutant("SO2", "150200", "4390.00", 100, zh="包头二氧化硫", en="SO2, Baotou"),
    _pollutant("NOX", "150200", "4350.00", 100, zh="包头氮氧化物", en="NOx, Baotou"),
    _pollutant("SO2", "150600", "4390.00", 100, zh="鄂尔多斯二氧化硫", en="SO2, Ordos"),
    _pollutant("COD", YELLOW, "10790.00", 100, zh="黄河流域化学需氧量", en="COD, Yellow River"),
    _pollutant("NH3N", YELLOW, "15800.00", 10, zh="黄河流域氨氮", en="NH3-N, Yellow River"),
    _pollutant("COD", LIAO, "10790.00", 100, zh="辽河流域化学需氧量", en="COD, Liao River"),
    Right(
        "energy",
        "TCE25",
        "TCE",
        "tce",
        0,
        "2025年用能权",
        "Energy use 2025",
        "150.00",
        20_000,
        "2025",
    ),
    Right(
        "energy",
        "TCE26",
        "TCE",
        "tce",
        0,
        "2026年用能权",
        "Energy use 2026",
        "155.00",
        20_000,
        "2026",
    ),
    Right(
        "water",
        "WR-YR",
        "WATER",
        "m3",
        0,
        "黄河流域用水权",
        "Water, Yellow River",
        "1.081",
        1_000_000,
        "2026",
        "",
        YELLOW,
    ),
    Right(
        "water",
        "WR-LR",
        "WATER",
        "m3",
        0,
        "辽河流域用水权",
        "Water, Liao River",
        "1.200",
        1_000_000,
        "2026",
        "",
        LIAO,
    ),
)
CASH_YUAN = 100_000_000
"""What each trading member of a ledger begins with there."""
