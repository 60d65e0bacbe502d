"""Districts, zones and streets of Dalian as of 2014, and invented addresses in them.

Streets are those of the NBS list of 2015-09-30, the nearest stored to 2014. 红旗街道 is left out: a part of
it, not all, belongs to a zone. Units in streets that a zone administers always name the zone in their
address, as they do in life. Roads are invented and contain no name of a street or district.
"""

from dataclasses import dataclass

from jianhui.simulate.draws import Draw, Weighted

CITY = "210200"

DISTRICTS = {
    "210202": ("中山区", 10),
    "210203": ("西岗区", 8),
    "210204": ("沙河口区", 13),
    "210211": ("甘井子区", 20),
    "210212": ("旅顺口区", 5),
    "210213": ("金州区", 21),
    "210224": ("长海县", 1),
    "210281": ("瓦房店市", 7),
    "210282": ("普兰店市", 7),
    "210283": ("庄河市", 8),
}
"""Code: name, weight among a hundred units."""

ZONES = {
    "210231": "大连高新技术产业园区",
    "210242": "大连保税区",
    "210244": "大连长兴岛经济区",
    "210245": "大连花园口经济区",
    "210246": "大连普湾新区",
}

ZONE_STREETS = {
    "210231": ("210211016", "210212006"),
    "210242": ("210213014", "210213016", "210213026"),
    "210244": ("210281009", "210281011"),
    "210245": ("210283005",),
    "210246": (
        "210282001",
        "210282002",
        "210282003",
        "210282004",
        "210282012",
        "210282013",
        "210282014",
        "210282015",
    ),
}

PARTLY_IN_ZONE = ("210282001", "210282002", "210282003", "210282004")
"""Streets of which a zone administers a part: they alone do not tell the zone."""

_STREETS = {
    "210202": (
        "001海军广场街道 003桂林街道 005人民路街道 008青泥洼桥街道 009昆明街道 010葵英街道 011桃源街道 "
        "012老虎滩街道 013东港街道"
    ),
    "210203": ("001香炉礁街道 002站北街道 004日新街道 005北京街道 010八一路街道 011人民广场街道 013白云街道"),
    "210204": (
        "002中山公园街道 004白山路街道 005兴工街道 006春柳街道 008马栏街道 009南沙河口街道 "
        "010黑石礁街道 011李家街道 017星海湾街道"
    ),
    "210211": (
        "001周水子街道 002椒金山街道 004甘井子街道 006南关岭街道 007泡崖街道 008中华路街道 009兴华街道 "
        "010机场街道 014辛寨子街道 016凌水街道 017大连湾街道 018泉水街道 019革镇堡街道 020营城子街道"
    ),
    "210212": (
        "001登峰街道 002市场街道 003得胜街道 004光荣街道 005水师营街道 006龙王塘街道 007铁山街道 "
        "009双岛湾街道 010三涧堡街道 011长城街道 012龙头街道 013北海街道"
    ),
    "210213": (
        "001拥政街道 002友谊街道 003光明街道 004马桥子街道 005海青岛街道 006大孤山街道 007中长街道 "
        "008站前街道 009先进街道 011董家沟街道 012金石滩街道 013湾里街道 014二十里堡街道 016亮甲店街道 "
        "017登沙河街道 019大魏家街道 020杏树街道 021七顶山街道 022华家街道 023向应街道 024大李家街道 "
        "025得胜街道 026大窑湾街道"
    ),
    "210224": ("100大长山岛镇 101獐子岛镇 201小长山乡 202广鹿乡 203海洋乡"),
    "210281": (
        "001新华街道 002文兰街道 003岭东街道 004共济街道 005铁东街道 006祝华街道 007岗店街道 "
        "008太阳街道 009长兴岛街道 010九龙街道 011交流岛街道 101复州城镇 103松树镇 105得利寺镇 "
        "106万家岭镇 107许屯镇 108永宁镇 109谢屯镇 112老虎屯镇 113红沿河镇 115李官镇 116仙浴湾镇 "
        "117元台镇 118瓦窝镇 201赵屯乡 203土城乡 204阎店乡 205西杨乡 206驼山乡 208三台满族乡 "
        "210泡崖乡 212杨家满族乡"
    ),
    "210282": (
        "001丰荣街道 002铁西街道 003太平街道 004南山街道 005皮口街道 006城子坦街道 007大刘家街道 "
        "008杨树房街道 009大谭街道 010唐家房街道 011莲山街道 012炮台街道 013复州湾街道 014石河街道 "
        "015三十里堡街道 106双塔镇 107安波镇 108四平镇 109沙包镇 117星台镇 206墨盘乡 208同益乡 "
        "209乐甲满族乡"
    ),
    "210283": (
        "001城关街道 002新华街道 003兴达街道 004昌盛街道 005明阳街道 101青堆镇 102徐岭镇 104黑岛镇 "
        "105栗子房镇 107大营镇 108塔岭镇 109仙人洞镇 110蓉花山镇 111长岭镇 112荷花山镇 113城山镇 "
        "114光明山镇 115大郑镇 118吴炉镇 120王家镇 204鞍子山乡 208太平岭满族乡 209步云山乡 "
        "211桂云花满族乡 214兰店乡 216石城乡"
    ),
}

_ROADS = (
    "云帆路",
    "海韵巷",
    "松涛路",
    "听潮街",
    "望帆街",
    "银杏路",
    "槐香街",
    "柏翠路",
    "霞光巷",
    "春晖路",
    "秋实街",
    "安泰路",
    "和顺街",
    "通惠路",
    "锦绣巷",
    "创业路",
    "致远街",
    "立信路",
    "弘文街",
    "博学路",
    "织女巷",
    "船台路",
    "铸造街",
    "轻工巷",
    "机械路",
    "仓储街",
    "物流路",
    "果园巷",
    "稻香路",
    "渔歌街",
)


@dataclass(frozen=True)
class Street:
    """A street or town: its nine-digit code, name, district and the zone that administers it, or ``""``."""

    code: str
    name: str
    district_code: str
    zone_code: str


@dataclass(frozen=True)
class Place:
    """Where a unit sits: the street, and the address as written."""

    street: Street
    address: str


def _all_streets() -> dict[str, tuple[Street, ...]]:
    zone_of = {street: zone for zone, streets in ZONE_STREETS.items() for street in streets}
    return {
        district: tuple(
            Street(district + entry[:3], entry[3:], district, zone_of.get(district + entry[:3], ""))
            for entry in text.split()
        )
        for district, text in _STREETS.items()
    }


STREETS = _all_streets()
"""District code: its streets."""


_DISTRICT = Weighted((weight, code) for code, (_, weight) in DISTRICTS.items())


def place(draw: Draw, street: Street | None = None) -> Place:
    """A place in ``street``, or in any street of the city by the districts' weights."""
    if street is None:
        street = draw.pick(STREETS[draw.weighted(_DISTRICT)])
    if street.zone_code:
        area = ZONES[street.zone_code]
    else:
        name = DISTRICTS[street.district_code][0]
        area = name if name.endswith(("市", "县")) else f"大连市{name}"
    door = f"{draw.pick(_ROADS)}{draw.between(1, 288)}号"
    if draw.chance(300):
        door += f"{draw.between(1, 28)}层{draw.between(1, 12)}室"
    return Place(street, f"辽宁省{area}{street.name}{door}")
