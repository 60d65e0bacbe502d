"""Linking a city: first night and a night with 1 % change, beside the floor of the same run.

An invented register of ``n`` enterprises, and beside it tax (0.6 n), insurance (0.4 n) and coverage lines
(0.3 n). Tax and insurance mostly carry a code; three coverage lines in five do not, and of these one in three
has its name altered; one in twenty records is of a firm that is in no register. The floor is the fastest way
to find nothing but equal names and codes: two hash joins in polars. Run:
``python -m tests.benchmarks.bench_linking [n]``. Prints a Markdown table, its ratios of processor seconds;
each night runs in a process of its own, so that its peak memory is its own.
"""

import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from jianhui.core.events import BEGINNING, OPEN_END
from jianhui.core.words import column, table
from jianhui.resolve.link_memory import LinkMemory
from jianhui.resolve.links import Links, link

CHANGED = 0.01
_FORMS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "厂", "商行", "中心")


class Names:
    """Invented names of firms all over the country."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.places = [row["name"] for row in table("places") if len(row["code"]) == 6]
        rows = table("brand_characters")[:1500]
        self.characters = [row["character"] for row in rows]
        self.weights = [2.0 ** -float(row["bits"]) for row in rows]
        self.trades = list(column("trade_words", "word"))

    def many(self, n: int) -> list[str]:
        draw = self.draw
        brands = draw.choices(self.characters, self.weights, k=3 * n)
        found = []
        for i in range(n):
            brand = "".join(brands[3 * i : 3 * i + draw.choice((2, 2, 2, 3))])
            trade = draw.choice(self.trades) + (draw.choice(self.trades) if draw.random() < 0.4 else "")
            found.append(f"{draw.choice(self.places)}{brand}{trade}{draw.choice(_FORMS)}")
        return found


def altered(names: list[str], draw: random.Random) -> list[str]:
    """Each name with one error: the place left out, the form left out, or a character exchanged."""
    out = []
    for name in names:
        way = draw.random()
        if way < 0.4:
            out.append(name.replace("有限公司", "有限责任公司") if "有限公司" in name else name[:-1])
        elif way < 0.7:
            out.append(name.replace("市", "", 1).replace("县", "", 1).replace("区", "", 1))
        else:
            at = draw.randrange(3, max(4, len(name) - 4))
            out.append(name[:at] + "一" + name[at + 1 :])
    return out


def register(names: list[str], numbers: range) -> pl.DataFrame:
    """Commerce versions by enterprise, one each: what ``link`` reads of them."""
    org = pl.Series([f"{number:09d}" for number in numbers])
    code = pl.select(pl.concat_str(pl.lit("91210200"), org, pl.lit("X"))).to_series()
    return pl.DataFrame(
        {
            "enterprise_id": pl.select(pl.concat_str(pl.lit("E"), org)).to_series(),
            "uscc": code,
            "uscc_org": org,
            "name": names,
            "name_canonical": names,
        }
    ).with_columns(
        valid_from=pl.lit(BEGINNING),
        valid_to=pl.lit(OPEN_END),
        reg_no=pl.lit(None, pl.String),
        former_names=pl.lit(None, pl.String),
        address=pl.lit(None, pl.String),
        business_address=pl.lit(None, pl.String),
    )


def feeds(names: list[str], numbers: range, seed: int) -> dict[str, pl.DataFrame]:
    """Records of tax, insurance and coverage lines about a register, as typed versions."""
    draw = random.Random(seed)
    n = len(names)
    strangers = Names(seed + 1).many(n // 20)

    def records(share: float, with_code: float, feed: str) -> pl.DataFrame:
        rows = []
        chosen = draw.sample(range(n), int(share * n))
        wrong = iter(altered([names[at] for at in chosen], draw))
        for at, slip in zip(chosen, wrong, strict=True):
            if draw.random() < 0.05:
                rows.append((strangers[at % len(strangers)], None, f"{feed}{at}"))
            elif draw.random() < with_code:
                rows.append((names[at], f"{numbers[at]:09d}", f"{feed}{at}"))
            else:
                rows.append((slip if draw.random() < 0.33 else names[at], None, f"{feed}{at}"))
        told = pl.DataFrame(rows, schema=["said", "org", "record_key"], orient="row")
        return told.with_columns(valid_from=pl.lit(BEGINNING), valid_to=pl.lit(OPEN_END))

    def coded(frame: pl.DataFrame, columns: tuple[str, ...], name: str) -> pl.DataFrame:
        nothing = pl.lit(None, pl.String)
        cells = {}
        for place, one in enumerate(columns):
            has = pl.col("org").is_not_null() if place == 0 else pl.lit(value=False)
            cells |= {
                one: pl.when(has).then("org"),
                f"{one}_raw": pl.when(has).then("org"),
                f"{one}_kind": pl.when(has).then(pl.lit("org_code")),
                f"{one}_valid": has,
                f"{one}_org": pl.when(has).then("org"),
            }
        return frame.with_columns(
            **cells,
            **{name: pl.col("said"), f"{name}_canonical": pl.col("said")},
            address=nothing,
            street_code=nothing,
            tax_office=nothing,
        )

    return {
        "tax": coded(records(0.6, 0.97, "T"), ("tax_id",), "name"),
        "hr": coded(records(0.4, 0.97, "H"), ("org_code", "uscc"), "name"),
        "union_coverage": coded(records(0.3, 0.4, "C"), ("unit_code",), "unit_name"),
    }


def renewed(before: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """The records of ``before`` less as many as come, and ``fresh``; each record key once."""
    kept = before.head(before.height - fresh.height).join(fresh, on="record_key", how="anti")
    return pl.concat([kept, fresh])


def first_and_second(n: int) -> tuple[tuple[pl.DataFrame, ...], tuple[Mapping[str, pl.DataFrame], ...]]:
    """The register and the feeds of two nights; on the second one firm and record in a hundred is another."""
    names, numbers = Names(1).many(n), range(100_000_000, 100_000_000 + n)
    later = list(names)
    changed = random.Random(7).sample(range(n), int(CHANGED * n))
    for at, name in zip(changed, Names(9).many(len(changed)), strict=True):
        later[at] = name
    told = feeds(names, numbers, 3)
    again = {
        feed: renewed(frame, fresh.tail(int(fresh.height * CHANGED)))
        for (feed, frame), fresh in zip(told.items(), feeds(later, numbers, 4).values(), strict=True)
    }
    return (register(names, numbers), register(later, numbers)), (told, again)


_NONE = pl.DataFrame(schema={"enterprise_id": pl.String, "superseded_by": pl.String})


def night(
    folder: str, number: int, memory: str, queue: "multiprocessing.Queue[tuple[float, float, float, int]]"
) -> None:
    """Link the night ``number`` of ``folder``; puts seconds, of processor, peak GiB, links on ``queue``."""
    base = Path(folder)
    enterprises = pl.read_parquet(base / f"register{number}.parquet")
    told = {path.stem: pl.read_parquet(path) for path in sorted((base / f"feeds{number}").glob("*.parquet"))}
    start, worked = time.perf_counter(), time.process_time()
    found: Links = link(told, enterprises, _NONE, memory=LinkMemory(Path(memory)))
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    queue.put((seconds, worked, peak_gib(), found.links.height))


def peak_gib() -> float:
    """Most memory this process ever held; ``getrusage`` would count what its parent held before it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kib) / 1024 / 1024


def floor(enterprises: pl.DataFrame, told: Mapping[str, pl.DataFrame]) -> float:
    """Processor seconds of joining every record by code and by name, and nothing else."""
    start = time.process_time()
    for frame in told.values():
        name = next(one for one in frame.columns if one.endswith("_canonical"))
        frame.join(enterprises.select("uscc_org", "enterprise_id"), left_on="org", right_on="uscc_org")
        frame.join(
            enterprises.select("name_canonical", "enterprise_id"), left_on=name, right_on="name_canonical"
        )
    return time.process_time() - start


def main(n: int) -> None:
    registers, told = first_and_second(n)
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        for number, (enterprises, records) in enumerate(zip(registers, told, strict=True)):
            enterprises.write_parquet(base / f"register{number}.parquet")
            (base / f"feeds{number}").mkdir()
            for feed, frame in records.items():
                frame.write_parquet(base / f"feeds{number}" / f"{feed}.parquet")
        bare = min(floor(registers[0], told[0]) for _ in range(3))
        spawn = multiprocessing.get_context("spawn")
        print(f"{n:,} enterprises, {sum(frame.height for frame in told[0].values()):,} records.\n")
        print("| step | seconds | processor seconds | ratio to the floor | peak GiB | links |")
        print("|---|---:|---:|---:|---:|---:|")
        print(f"| floor: equal codes and names joined | | {bare:.2f} | 1.0 | | |")
        for number, what in enumerate(("first linking", "a night, 1 % changed")):
            queue = spawn.Queue()
            process = spawn.Process(target=night, args=(name, number, str(base / "memory"), queue))
            process.start()
            seconds, worked, peak, links = queue.get()
            process.join()
            ratio = worked / bare
            print(
                f"| {what} | {seconds:.1f} | {worked:.1f} | {ratio:.0f} | {peak:.2f} | {links:,} |",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
