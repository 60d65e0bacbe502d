"""Legal forms: how names end, what the registry and the statisticians call them."""

from collections.abc import Sequence
from dataclasses import dataclass

from jianhui.simulate.draws import Weighted


@dataclass(frozen=True)
class Form:
    """A legal form: how names end, 企业类型, 登记注册类型, seventh digit of the registration number."""

    ending: str
    enterprise_type: str
    registration_type: str
    seventh: str

    @property
    def is_factory(self) -> bool:
        """A works that may be turned into a company."""
        return self.ending.endswith("厂")

    @property
    def is_foreign(self) -> bool:
        """Invested from abroad, Hong Kong, Macao or Taiwan."""
        return self.registration_type[:1] in ("2", "3")


LIMITED = Form("有限公司", "有限责任公司(自然人投资或控股)", "173", "2")
LIMITED_OF_ONE = Form("有限公司", "有限责任公司(自然人独资)", "173", "2")
LIMITED_OTHER = Form("有限责任公司", "其他有限责任公司", "159", "1")
OF_SHARES = Form("股份有限公司", "股份有限公司(非上市)", "160", "1")
OF_THE_STATE = Form("有限公司", "有限责任公司(国有独资)", "151", "0")
JOINT_VENTURE = Form("有限公司", "有限责任公司(中外合资)", "310", "4")
FOREIGN = Form("有限公司", "有限责任公司(外商独资)", "330", "4")

FORMS: Weighted[Form] = Weighted(
    [
        (360, LIMITED),
        (130, LIMITED_OF_ONE),
        (95, LIMITED_OTHER),
        (20, OF_SHARES),
        (4, Form("股份有限公司", "股份有限公司(上市)", "160", "1")),
        (4, Form("股份有限公司", "股份有限公司(非上市、自然人投资或控股)", "174", "2")),
        (24, OF_THE_STATE),
        (12, Form("总公司", "全民所有制", "110", "0")),
        (16, Form("总厂", "全民所有制", "110", "0")),
        (12, Form("公司", "集体所有制", "120", "0")),
        (30, Form("厂", "集体所有制", "120", "0")),
        (5, Form("供销合作社", "集体所有制", "120", "0")),
        (18, Form("厂", "股份合作制", "130", "0")),
        (45, JOINT_VENTURE),
        (8, Form("有限公司", "有限责任公司(中外合作)", "320", "4")),
        (26, FOREIGN),
        (2, Form("股份有限公司", "股份有限公司(外商投资、未上市)", "340", "4")),
        (22, Form("有限公司", "有限责任公司(港澳台法人独资)", "230", "4")),
        (10, Form("有限公司", "有限责任公司(港澳台与境内合资)", "210", "4")),
        (50, Form("加工厂", "个人独资企业", "171", "3")),
        (14, Form("经营部", "个人独资企业", "171", "3")),
        (8, Form("店", "个人独资企业", "171", "3")),
        (6, Form("工作室", "个人独资企业", "171", "3")),
        (16, Form("商行（普通合伙）", "普通合伙企业", "172", "3")),
        (8, Form("中心（有限合伙）", "有限合伙企业", "172", "3")),
        (4, Form("事务所（普通合伙）", "普通合伙企业", "172", "3")),
    ]
)

BRANCH = Form("", "有限责任公司分公司", "", "1")
INDIVIDUAL = Form("", "个体工商户", "400", "6")
COOPERATIVE = Form("", "农民专业合作社", "", "3")
INSTITUTION = Form("", "事业单位", "500", "3")
SOCIAL = Form("", "民办非企业单位", "700", "3")

TYPE_CHANGES: Sequence[tuple[Form, Form]] = (
    (LIMITED, LIMITED_OF_ONE),
    (LIMITED_OF_ONE, LIMITED),
    (JOINT_VENTURE, LIMITED),
    (FOREIGN, JOINT_VENTURE),
    (OF_THE_STATE, LIMITED),
)
"""Changes of owners that leave the name as it is."""
