"""Free text that is shown without the numbers of a person in it.

The same rule as the macro ``masked`` of the dbt project, for texts that do not come out of a mart.
"""

import re

_IDENTITY_NUMBER = re.compile(
    r"(?<![0-9])([1-9][0-9]{5})(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9][0-9]{3}([0-9Xx])(?![0-9])"
)
_MOBILE_NUMBER = re.compile(r"(?<![0-9])(1[3-9][0-9])[0-9]{4}([0-9]{4})(?![0-9])")


def masked(text: str) -> str:
    """``text`` with identity numbers cut to 6 + 1 and mobile numbers to 3 + 4 of their digits."""
    return _MOBILE_NUMBER.sub(r"\1****\2", _IDENTITY_NUMBER.sub(r"\1***********\2", text))
