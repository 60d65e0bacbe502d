"""An invented register of the country, with the look-alikes a real one has.

Twins in the next city, neighbours one character apart, one brand in many trades, families of a group, banks
and state companies with a branch in each town, shops of one name in many places, co-operatives.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from jianhui.core.regions import stem
from jianhui.resolve.training import lexicon
from jianhui.resolve.training.lexicon import ORDINALS, Place

N_CITIES = 48
_SHARED_DOOR = 0.25
FIRM, SHOP, COOPERATIVE, BANK, STATE, BRANCH = "firm", "shop", "cooperative", "bank", "state", "branch"

GROUPS, WITHOUT_REGION, ORPHANS = "group", "without region", "orphan"
"""Pools of units besides their kinds: groups, names without a place, branches whose parent is not held."""

_FORMS = (
    ("有限公司", 80), ("有限责任公司", 9), ("股份有限公司", 2.5), ("集团有限公司", 1.5), ("(集团)有限公司", 0.4),  # noqa: E501
    ("厂", 3.5), ("公司", 1.5), ("总公司", 0.5), ("商行", 0.6), ("总厂", 0.2),
)  # fmt: skip
_SHOPS = "汽车修理厂 五金店 超市 副食店 百货商店 餐馆 火锅店 理发店 服装店 便利店 药店 建材经营部 茶叶店 网吧 旅馆 诊所 养殖场"  # noqa: E501
_FARMS = "种植 养殖 农机服务 果蔬 蔬菜 茶叶 生猪养殖 水产养殖 中药材种植 农产品 苗木 食用菌"
_STATE = (
    "{d}自来水公司 {d}食品公司 {d}物资总公司 {d}新华书店有限公司 {d}粮油购销有限责任公司 {d}第{n}建筑工程公司 {d}{t}供销合作社 "  # noqa: E501
    "{d}医药公司第{n}门市部 {d}汽车运输有限责任公司 {d}农业生产资料公司 {c}橡胶制品{n}厂 {c}第{n}塑料厂 {p}{c}烟草公司{d}营销部 "  # noqa: E501
    "国网{p}电力有限公司{ds}供电公司 {d}农村信用合作联社{t}信用社 {p}{ds}农村商业银行股份有限公司{t}支行 "
    "中国邮政集团公司{p}{d}分公司{t}支局 中国石化销售有限公司{p}{cs}石油分公司{t}加油站 中国移动通信集团{ps}有限公司{ds}分公司 "  # noqa: E501
    "中国电信股份有限公司{ds}分公司 {d}{t}供销社{e} 中铁{o}局集团第{n}工程有限公司 中国铁塔股份有限公司{cs}分公司"  # noqa: E501
)
_SHOP_ENDS = "综合门市部 生产资料门市部 农资门市部 第一门市部 第二门市部 批发部 收购站 代销店"


@dataclass(frozen=True)
class Unit:
    """A unit: the parts of its name, where it is. ``parent``: the name its branch name begins with."""

    place: Place
    kind: str
    region: str = ""
    town: str = ""
    brand: str = ""
    trade: str = ""
    form: str = ""
    branch: str = ""
    bracketed: str = ""
    parent: str = ""
    whole: str = ""
    address: str = ""

    @property
    def name(self) -> str:
        """The name in full."""
        if self.whole:
            return self.whole + self.branch
        if self.parent:
            return self.parent + self.branch
        place = f"({self.bracketed})" if self.bracketed else ""
        return f"{self.region}{self.town}{self.brand}{self.trade}{place}{self.form}{self.branch}"


class Register:
    """``units`` the register holds, and ``absent`` ones that are in none; by ``seed`` alone."""

    def __init__(self, seed: int, n_units: int) -> None:
        self.rng = random.Random(seed)
        cities = sorted(lexicon.places_by_city())
        provinces = self.rng.sample(sorted({city[:2] for city in cities}), 14)
        near = [city for city in cities if city[:2] in provinces]
        self.cities = sorted(self.rng.sample(near, min(N_CITIES, len(near))))
        self.rng.shuffle(self.cities)
        self._doors: dict[str, list[str]] = {}
        self._weights = [1 / (rank + 6) ** 0.8 for rank in range(len(self.cities))]
        self.units: list[Unit] = []
        self.names: dict[str, int] = {}
        self.absent: list[Unit] = []
        makers: tuple[tuple[Callable[[], None], float], ...] = (
            (self._firms, 0.62), (self._cooperative, 0.09), (self._shops, 0.11), (self._bank, 0.05),
            (self._state, 0.06), (self._group, 0.012), (self._chain, 0.006), (self._branch_of_absent, 0.03),
        )  # fmt: skip
        while len(self.units) < n_units:
            maker = self.rng.choices([one for one, _ in makers], [weight for _, weight in makers])[0]
            maker()
        self.pools: dict[str, list[int]] = {}
        for at, one in enumerate(self.units):
            self.pools.setdefault(one.kind, []).append(at)
            if "集团" in one.name and one.kind == FIRM:
                self.pools.setdefault(GROUPS, []).append(at)
            if not (one.region or one.whole or one.parent or one.bracketed):
                self.pools.setdefault(WITHOUT_REGION, []).append(at)
            if one.parent and one.parent not in self.names:
                self.pools.setdefault(ORPHANS, []).append(at)
        while len(self.absent) < n_units // 8:
            unit = self.firm(self.place())
            if unit.name not in self.names:
                self.absent.append(unit)

    def place(self, city: str | None = None) -> Place:
        """A district of ``city``, or of a city as large ones are likelier."""
        city = city or self.rng.choices(self.cities, self._weights)[0]
        return self.rng.choice(lexicon.places_by_city()[city])

    def address(self, place: Place, town: str = "") -> str:
        """An address as registers have it: with all, some or none of the places before the street.

        Doors are shared: office buildings, markets and agents' rooms house many firms.
        """
        rng = self.rng
        doors = self._doors.setdefault(place.code, [])
        if doors and not town and rng.random() < _SHARED_DOOR:
            return rng.choice(doors)
        province = "" if place.province == place.city else place.province
        heads = (
            province + place.city + place.district, place.city + place.district, place.city, place.district, ""  # noqa: E501
        )  # fmt: skip
        head = rng.choices(heads, (52, 24, 8, 12, 4))[0]
        doors.append(head + lexicon.street_address(rng, town or lexicon.town(rng)))
        return doors[-1]

    def region(self, place: Place) -> str:
        """The place a name begins with, as firms write it."""
        rng = self.rng
        city, district, province = (
            stem(place.city),
            stem(place.district),
            lexicon.province_short(place.province),
        )
        is_county = not place.district.endswith("区")
        if is_county and rng.random() < 0.55:
            return place.district if rng.random() < 0.75 else district
        words = (
            (city, 52), (place.city, 14), (province, 14), (place.province, 3), (place.city + place.district, 6),  # noqa: E501
            (city + district, 4), (province + city, 2), (city + rng.choice(["高新区", "开发区", "保税区"]), 1),  # noqa: E501
            (district + rng.choice("县市"), 1), ("", 5),
        )  # fmt: skip
        return rng.choices([word for word, _ in words], [weight for _, weight in words])[0]

    def firm(self, place: Place, brand: str = "", trade: str = "", form: str = "") -> Unit:
        """A company, not yet in the register."""
        rng = self.rng
        form = form or rng.choices([word for word, _ in _FORMS], [weight for _, weight in _FORMS])[0]
        unit = Unit(
            place, FIRM, self.region(place), "", brand or lexicon.brand(rng), trade or lexicon.trade(rng), form,  # noqa: E501
            address=self.address(place),
        )  # fmt: skip
        if rng.random() < 0.04 and form.endswith("公司"):
            return replace(unit, region="", bracketed=stem(place.city))
        if rng.random() < 0.04:
            return replace(unit, town=lexicon.town(rng))
        return unit

    def put(self, unit: Unit, *, again: bool = False) -> bool:
        """Enter a unit; False where the name is taken, unless ``again`` (shops of one name)."""
        if unit.name in self.names and not again:
            return False
        self.names.setdefault(unit.name, len(self.units))
        self.units.append(unit)
        return True

    # --- kinds of units ---

    def _firms(self) -> None:
        rng = self.rng
        place = self.place()
        unit = self.firm(place)
        if not self.put(unit):
            return
        kind = rng.random()
        if kind < 0.06:
            self.put(self.firm(self.place(), unit.brand, unit.trade, unit.form))
        elif kind < 0.11:
            self.put(replace(unit, brand=neighbour(unit.brand, rng), address=self.address(place)))
        elif kind < 0.16:
            self.put(self.firm(self.place(place.code[:4]), unit.brand))
        elif kind < 0.20:
            for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
                self.put(
                    self.branch(unit, self.place() if rng.random() < 0.6 else self.place(place.code[:4]))
                )

    def branch(self, unit: Unit, place: Place) -> Unit:
        """A branch of a unit at a place."""
        rng = self.rng
        city, district, town = stem(place.city), stem(place.district), lexicon.town_stem(rng)
        n = rng.choice(ORDINALS)
        said = rng.choice(
            [f"{city}分公司", f"{city}分公司", f"{city}{district}分公司", f"{place.district}分公司", f"第{n}分公司",  # noqa: E501
             f"{n}分公司", f"{town}分公司", f"{town}店", f"{city}{town}分店", f"{town}营业部", f"{city}办事处",  # noqa: E501
             f"{town}项目部", f"第{n}分店", f"{town}加油站", f"{n}分厂", f"{town}连锁店", f"{town}门市部"]
        )  # fmt: skip
        return Unit(
            place, BRANCH, parent=unit.name, branch=said, brand=unit.brand, address=self.address(place)
        )

    def _branch_of_absent(self) -> None:
        self.put(self.branch(self.firm(self.place()), self.place()))

    def _cooperative(self) -> None:
        rng = self.rng
        place = self.place()
        form = rng.choices(("专业合作社", "农民专业合作社", "专业合作社联合社"), (88, 8, 4))[0]
        region = rng.choice(
            [place.district, place.district, stem(place.district), place.city + place.district]
        )
        town = lexicon.town(rng) if rng.random() < 0.3 else ""
        trade = rng.choice(_FARMS.split())
        self.put(
            Unit(
                place, COOPERATIVE, region, town, lexicon.brand(rng), trade, form, address=self.address(place)
            )
        )

    def _shops(self) -> None:
        rng = self.rng
        place = self.place()
        town = lexicon.town(rng)
        kind = rng.random()
        region = place.district if kind < 0.75 else place.city + place.district if kind < 0.88 else ""
        unit = Unit(
            place, SHOP, region, town if 0.5 < kind < 0.75 else "", lexicon.brand(rng), rng.choice(_SHOPS.split()),  # noqa: E501
            address=self.address(place, town),
        )  # fmt: skip
        self.put(unit)
        if not region and rng.random() < 0.5:
            for _ in range(rng.randint(1, 3)):
                other = self.place() if rng.random() < 0.5 else self.place(place.code[:4])
                self.put(replace(unit, place=other, address=self.address(other)), again=True)

    def _bank(self) -> None:
        rng = self.rng
        place = self.place()
        bank = rng.choice(lexicon.banks())
        city, district = stem(place.city), stem(place.district)
        town = lexicon.town_stem(rng)
        if bank.endswith("保险"):
            said = rng.choice([f"{place.city}分公司", f"{city}中心支公司", f"{place.district}支公司",
                               f"{district}支公司", f"{city}{town}营销服务部"])  # fmt: skip
        else:
            said = rng.choice([f"{city}{town}支行", f"{city}{district}支行", f"{place.district}支行", f"{city}分行",  # noqa: E501
                               f"{city}{lexicon.road(rng)}支行", f"{city}{town}分理处", f"{city}{town}储蓄所"])  # fmt: skip  # noqa: E501
        self.put(
            Unit(
                place, BANK, whole=f"{bank}股份有限公司", branch=said, brand=bank, address=self.address(place)
            )
        )

    def _state(self) -> None:
        rng = self.rng
        place = self.place()
        text = rng.choice(_STATE.split()).format(
            d=place.district, c=place.city, p=place.province, n=rng.choice(ORDINALS[:6]), t=lexicon.town_stem(rng),  # noqa: E501
            ds=stem(place.district), cs=stem(place.city), ps=lexicon.province_short(place.province),
            e=rng.choice(_SHOP_ENDS.split()), o=rng.choice(ORDINALS),
        )  # fmt: skip
        self.put(Unit(place, STATE, whole=text, address=self.address(place)))

    def _group(self) -> None:
        rng = self.rng
        place, brand = self.place(), lexicon.brand(rng)
        form = rng.choice(["集团有限公司", "(集团)有限公司", "实业集团有限公司", "控股集团有限公司"])
        self.put(Unit(place, FIRM, stem(place.city), "", brand, "", form, address=self.address(place)))
        for _ in range(rng.randint(2, 9)):
            unit = self.firm(place if rng.random() < 0.5 else self.place(), brand)
            self.put(
                replace(unit, brand=brand + "集团") if rng.random() < 0.4 and not unit.bracketed else unit
            )

    def _chain(self) -> None:
        rng = self.rng
        place = self.place()
        unit = self.firm(
            place,
            trade=rng.choice(["大药房", "超市", "餐饮管理", "旅行社", "再生资源", "建筑工程"]),
            form="有限公司",
        )
        if not self.put(unit):
            return
        for k in range(rng.randint(4, 20)):
            n = ORDINALS[k] if k < 10 else "十" + ORDINALS[k - 10]
            end = rng.choice(["店", "分店", "连锁店", "门市部", "营业部"])
            said = rng.choice(
                [f"第{n}分店", f"{n}分店", lexicon.town_stem(rng) + end, lexicon.town_stem(rng) + end]
            )
            where = self.place(place.code[:4])
            self.put(
                Unit(
                    where,
                    BRANCH,
                    parent=unit.name,
                    branch=said,
                    brand=unit.brand,
                    address=self.address(where),
                )
            )


def neighbour(brand: str, rng: random.Random) -> str:
    """Another firm's brand that differs in one character."""
    at = rng.randrange(len(brand))
    while (other := lexicon.brand_character(rng)) == brand[at]:
        pass
    return brand[:at] + other + brand[at + 1 :]
