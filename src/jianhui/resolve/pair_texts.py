"""What two short texts share. Parts of ``pairs``."""


def common_ends(one: str, other: str) -> tuple[int, int]:
    """How many characters two texts share at the front, and then at the end."""
    most = min(len(one), len(other))
    start = 0
    while start < most and one[start] == other[start]:
        start += 1
    end = 0
    while end < most - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return start, end


def is_spread_in(short: str, long: str) -> bool:
    """Whether all characters of ``short`` stand in ``long`` in their order."""
    rest = iter(long)
    return all(character in rest for character in short)
