"""Names of enterprises, unions and persons, all invented.

A Chinese enterprise name is place + brand + trade + form; the tables here are combined freely and every
name is given once only, also after dropping the words registers disagree on. Persons are 测试 with a
serial, telephones begin with 000: nobody can be meant.
"""

from jianhui.simulate.draws import Draw

_FIRST = (
    "宏瑞恒鑫博华润泽昊盛嘉禾隆晟景泓益诚信达旭升远航凯悦圣鼎丰茂祥云瀚海锦程汇源永固新纪腾飞正和卓雅铭德"
)
_SECOND = "泰通利安业顺康辉翔宇元兴旺发成建美佳世欣合众联创科峰森林川江河山岩石磊玉琳珂珑玮琪晶莹辰星月朗晴岚"
_THIRD = "达昌隆盛和源丰亿晟铭泽邦吉仁义礼智"

TRADES: tuple[tuple[int, tuple[str, str]], ...] = (
    (3, ("0411", "水产养殖")),
    (2, ("0121", "粮豆种植")),
    (1, ("0313", "牧业")),
    (1, ("0212", "苗木")),
    (1, ("1012", "石材")),
    (3, ("1411", "食品")),
    (1, ("1513", "酿造")),
    (2, ("1711", "纺织")),
    (3, ("1830", "服饰")),
    (2, ("2011", "木业")),
    (2, ("2110", "家具制造")),
    (2, ("2223", "纸业")),
    (3, ("2319", "包装印刷")),
    (2, ("2614", "化工")),
    (1, ("2720", "制药")),
    (2, ("2913", "橡胶制品")),
    (1, ("3021", "水泥制品")),
    (4, ("3311", "金属结构")),
    (5, ("3412", "机械配件")),
    (4, ("3511", "重工机械")),
    (3, ("3731", "船舶重工")),
    (3, ("3821", "电气设备")),
    (3, ("3912", "电子")),
    (3, ("4011", "自动化仪表")),
    (2, ("4342", "船舶修理")),
    (1, ("4430", "热力")),
    (1, ("4620", "污水处理")),
    (4, ("4813", "市政工程")),
    (4, ("4910", "电气安装工程")),
    (5, ("5030", "建筑劳务")),
    (8, ("5111", "粮食贸易")),
    (7, ("5115", "林产品贸易")),
    (7, ("5211", "百货商贸")),
    (4, ("5221", "粮油")),
    (3, ("5413", "出租汽车")),
    (2, ("5522", "海运")),
    (7, ("5821", "国际货运代理")),
    (2, ("6020", "速递")),
    (4, ("6110", "酒店管理")),
    (5, ("6210", "餐饮")),
    (2, ("6319", "通信服务")),
    (5, ("6490", "网络科技")),
    (4, ("6599", "信息技术")),
    (1, ("6633", "典当")),
    (4, ("7010", "房地产开发")),
    (4, ("7020", "物业管理")),
    (2, ("7030", "房产中介")),
    (2, ("7111", "汽车租赁")),
    (4, ("7212", "投资管理")),
    (3, ("7262", "人才服务")),
    (3, ("7320", "工程技术研发")),
    (2, ("7461", "环境监测")),
    (2, ("7512", "生物技术")),
    (1, ("7722", "大气治理")),
    (2, ("7840", "园林绿化")),
)
"""Weight, (class of GB/T 4754, in 2011 and 2017 the same and in the same section; trade word)."""

_SHOPS = (
    "小吃店",
    "饭店",
    "理发店",
    "水果超市",
    "五金商店",
    "服装店",
    "汽车修理部",
    "茶庄",
    "花店",
    "副食商行",
)
_CO_OPS = ("水产", "苹果", "大樱桃", "蔬菜", "农机", "海参", "玉米", "养殖")
_DESKS = ("分公司", "营业部", "办事处", "分厂")
_BUILDINGS = ("大厦", "商务广场", "科技园", "写字楼", "商城", "创业中心")
_HEAVENLY = "甲乙丙丁戊己庚辛壬癸"


class Register:
    """Hands out names and sees that none is given twice in the city, former names included."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def claim(self, name: str) -> bool:
        """Take ``name`` if nothing like it was given: 市, 责任, blanks and brackets make no difference."""
        bare = name
        for word in ("市", "责任", "（", "）", "股份"):
            bare = bare.replace(word, "")
        if bare in self._given:
            return False
        self._given.add(bare)
        return True


def _brand(draw: Draw) -> str:
    brand = draw.pick(_FIRST) + draw.pick(_SECOND)
    return brand + draw.pick(_THIRD) if draw.chance(350) else brand


def enterprise_name(draw: Draw, register: Register, trade: str, ending: str) -> str:
    """The name of a company, factory, partnership … that ends in ``ending``."""
    while True:
        brand, place = _brand(draw), draw.weighted([(70, "大连"), (18, "大连市"), (6, "辽宁"), (6, "")])
        name = f"{place}{brand}{trade}{ending}"
        if not place:
            name = f"{brand}（大连）{trade}{ending}"
        if register.claim(name):
            return name


def branch_name(draw: Draw, register: Register, parent: str) -> str:
    """The parent's name with a place and a branch word behind it."""
    while True:
        place = draw.pick(_FIRST) + draw.pick(_SECOND)
        name = f"{parent}{place}{draw.pick(_DESKS)}"
        if register.claim(name):
            return name


def shop_name(draw: Draw, register: Register, district: str) -> str:
    """The name of an individual business."""
    while True:
        name = f"{district}{_brand(draw)}{draw.pick(_SHOPS)}"
        if register.claim(name):
            return name


def co_operative_name(draw: Draw, register: Register, district: str) -> str:
    """The name of a farmers' co-operative."""
    while True:
        name = f"{district}{_brand(draw)}{draw.pick(_CO_OPS)}专业合作社"
        if register.claim(name):
            return name


def public_name(draw: Draw, register: Register, district: str, kind: str) -> str:
    """The name of an institution or a private non-enterprise unit; ``kind`` such as 研究所."""
    while True:
        name = f"{district}{_brand(draw)}{kind}"
        if register.claim(name):
            return name


def building_name(draw: Draw, register: Register) -> str:
    """A building or park after which a joint union is called."""
    while True:
        name = f"{_brand(draw)}{draw.pick(_BUILDINGS)}"
        if register.claim(name):
            return name


def person(serial: int) -> str:
    """A person who does not exist: 测试 and the serial in heavenly stems."""
    stems = "".join(_HEAVENLY[int(digit)] for digit in str(serial))
    return f"测试{stems}"


def telephone(serial: int) -> str:
    """A telephone number nobody has."""
    return f"000-{serial % 10_000_000:07d}"
