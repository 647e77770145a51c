"""The voice page over a million mentions: server time of every kind of facet, on both databases.

python bench/voice.py --database sqlite|postgres [--texts 600000] [--rounds 60]

Texts are put in by bulk SQL, outlets and models drawn unevenly (the largest outlet has a ninth of all texts),
and counted once by ``cube.rebuild``. Then the page is asked for through Django's whole stack, each time with
other facets, as somebody signed in would.
"""

import argparse
import gc
import resource
import secrets
import statistics
import time
from datetime import date, timedelta
from typing import Any, Final

import ground
import numpy as np

WEEKS: Final = 104
OUTLETS, PRODUCTS, LABELS = 60, 20, 500
LAST: Final = date(2026, 11, 15)
CLAUSES: Final = (
    ("修了半个月还没修好", "TT", -1), ("当天就修好了", "TT", 1), ("排队排了两个小时", "QU", -1),
    ("没有配件要等调货", "PA", -1), ("网点离家太远了", "CV", -1), ("家门口就有网点", "CV", 1),
    ("修完又坏了", "RQ", -1), ("修好以后跟新的一样", "RQ", 1), ("前台爱理不理", "AT", -1),
    ("店员很耐心", "AT", 1), ("检测了三次都没找到毛病", "EX", -1), ("工程师一眼看出主板问题", "EX", 1),
    ("两个部门互相推", "SH", -1), ("打电话没人接", "CO", -1), ("每一步都来告诉我", "CO", 1),
    ("投诉找不到入口", "CC", -1), ("投诉以后没有下文", "CH", -1), ("最后全额退了款", "CH", 1),
    ("换屏收费太贵", "PR", -1), ("保修期内不给修", "PO", -1), ("手机用一周就黑屏", "PQ", -1),
    ("快递很快", "FU", 1), ("售后整体很差", "OV", -1), ("售后不错", "OV", 1),
)  # fmt: skip
ORIGINS: Final = (
    ("review", 0.62),
    ("survey", 0.2),
    ("complaint", 0.09),
    ("chat", 0.05),
    ("call", 0.03),
    ("social", 0.01),
)


def places() -> None:
    """Sixty outlets and twenty models."""
    from sanbao.rooms.outlets.models import Outlet  # noqa: PLC0415 - Django must stand first
    from sanbao.rooms.registry.models import Product  # noqa: PLC0415

    first = Outlet.objects.get(code="BJ01")
    for at in range(1, OUTLETS):
        first.pk, first.name_zh, first.name_en = f"OU{at:02d}", f"第{at}店", f"Outlet {at}"
        first.save(force_insert=True)
    Product.objects.bulk_create(
        Product(code=f"M{at:02d}", name_zh=f"型号{at}", name_en=f"Model {at}", product_class="phone")
        for at in range(PRODUCTS)
    )


def fill(texts: int) -> dict[str, Any]:
    """Put texts and what was read in them into the database, then count them."""
    from django.db import connection, transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from sanbao.base.actor import system  # noqa: PLC0415
    from sanbao.rooms.feedback import services  # noqa: PLC0415
    from sanbao.rooms.feedback.adapters import bulk, cube  # noqa: PLC0415
    from sanbao.rooms.feedback.models import Mention, Voice  # noqa: PLC0415

    dice = np.random.default_rng(7)
    began = time.perf_counter()
    lasting = {"mentions": 0}
    for start in range(0, texts, 50_000):
        rows, said = _draw(dice, start, min(50_000, texts - start))
        with transaction.atomic():
            bulk.insert(Voice._meta.db_table, _VOICE, rows)
            bulk.insert(Mention._meta.db_table, _MENTION, said)
        lasting["mentions"] += len(said)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in ("voice", "mention"):
                place = f"pg_get_serial_sequence('feedback_{table}', 'id')"
                cursor.execute(f"SELECT setval({place}, MAX(id)) FROM feedback_{table}")  # noqa: S608 - ours
    lasting["fill_s"] = round(time.perf_counter() - began, 1)
    began = time.perf_counter()
    cube.rebuild()
    lasting["rebuild_s"] = round(time.perf_counter() - began, 1)
    _label(dice)
    services.take_sample(system(timezone.now(), "bench"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return lasting


_VOICE: Final = (
    "id", "number", "origin", "external_id", "fingerprint", "text", "product_name", "product_id", "outlet_id",
    "subject", "said_on", "stored_at", "language", "sentiment", "overall", "demands", "flags", "reader",
    "cluster",
)  # fmt: skip
_MENTION: Final = (
    "voice_id", "origin", "aspect", "polarity", "start", "end", "score", "reasons", "outlet_id", "said_on",
)  # fmt: skip


def _draw(dice: Any, start: int, count: int) -> tuple[list[Any], list[Any]]:
    from django.utils import timezone  # noqa: PLC0415

    from sanbao.base.ids import numbered  # noqa: PLC0415
    from sanbao.rooms.feedback.adapters.bulk import moment  # noqa: PLC0415
    from sanbao.rooms.outlets.models import Outlet  # noqa: PLC0415
    from sanbao.rooms.registry.models import Product  # noqa: PLC0415

    at = moment(timezone.now())
    codes = [*Outlet.objects.order_by("code").values_list("code", flat=True)]
    models = [*Product.objects.order_by("code").values_list("code", flat=True)]
    outlets = _uneven(dice, codes, count, 0.3)
    products = _uneven(dice, models, count, 0.2)
    origins = dice.choice([name for name, _ in ORIGINS], count, p=[share for _, share in ORIGINS])
    days = dice.integers(0, 7 * WEEKS, count)
    weights = np.linspace(1.8, 0.4, len(CLAUSES))
    lengths = dice.choice([1, 2, 3], count, p=[0.5, 0.35, 0.15])
    chosen = dice.choice(len(CLAUSES), (count, 3), p=weights / weights.sum())
    voices, mentions = [], []
    for each in range(count):
        key, day = start + each + 1, (LAST - timedelta(days=int(days[each]))).isoformat()
        text, said = "", []
        for clause in dict.fromkeys(chosen[each, : lengths[each]].tolist()):
            words, code, way = CLAUSES[clause]
            said.append((code, way, len(text), len(text) + len(words)))
            text += words + "。"
        overall = max(-1, min(1, sum(way for _c, way, _s, _e in said)))
        voices.append((
            key, numbered("VO", key), origins[each], "", secrets.token_hex(16), text, "", products[each],
            outlets[each], "", day, at, "zh", float(overall), overall, "[]", "[]", "bench", key,
        ))  # fmt: skip
        mentions += [
            (key, origins[each], code, way, first, last, 0.9, '["x"]', outlets[each], day)
            for code, way, first, last in said
        ]
    return voices, mentions


def _uneven(dice: Any, codes: list[str], count: int, none: float) -> list[str | None]:
    weights = 1 / np.arange(2, len(codes) + 2)
    drawn = dice.choice([*codes, ""], count, p=[*(weights / weights.sum() * (1 - none)), none])
    return [str(code) or None for code in drawn]


def _label(dice: Any) -> None:
    """Let the random subset of every origin be labelled, with some of the readings found wrong."""
    from django.utils import timezone  # noqa: PLC0415

    from sanbao.rooms.feedback.models import Frame, Lesson, Voice  # noqa: PLC0415

    now = timezone.now()
    for origin, _share in ORIGINS:
        rows = list(
            Voice.objects.filter(origin=origin).order_by("fingerprint")[:LABELS].prefetch_related("mentions")
        )
        if not rows:
            continue
        edge = rows[-1].fingerprint
        frame = Frame.objects.create(
            origin=origin, edge=edge, rate=int(edge, 16) / 16**32, population=len(rows),
            size=len(rows), drawn_at=now, drawn_by="bench",
        )  # fmt: skip
        Lesson.objects.bulk_create(
            Lesson(
                voice=row, drawn="random", frame=frame, probability=frame.rate, rank=0, held_out=True,
                state="settled", drawn_at=now, drawn_by="bench", overall=row.overall, settled_at=now,
                aspects=[
                    [m.aspect, m.polarity, m.start, m.end] for m in row.mentions.all() if dice.random() > 0.15
                ],
            )
            for row in rows
        )  # fmt: skip


def facets(dice: Any) -> dict[str, dict[str, str]]:
    """One address of each kind, with other values every time."""
    outlet = f"OU{dice.integers(1, OUTLETS):02d}"
    model = f"M{dice.integers(0, PRODUCTS):02d}"
    origin = str(dice.choice([name for name, _ in ORIGINS]))
    since = LAST - timedelta(days=int(dice.integers(20, 7 * WEEKS)))
    days = {
        "since": since.isoformat(),
        "until": (since + timedelta(days=int(dice.integers(7, 300)))).isoformat(),
    }
    aspect = CLAUSES[dice.integers(0, len(CLAUSES))][1]
    return {
        "everything": {},
        "last 26 weeks": {"weeks": "26"},
        "days": days,
        "outlet": {"outlet": outlet},
        "largest outlet": {"outlet": "BJ01"},
        "model": {"product": model},
        "origin": {"origin": origin},
        "outlet, model": {"outlet": outlet, "product": model},
        "model, origin, days": {"product": model, "origin": origin} | days,
        "outlet, model, origin, days": {"outlet": outlet, "product": model, "origin": origin} | days,
        "scenario, polarity": {"scenario": "manner", "polarity": "-1"},
        "aspect": {"aspect": aspect},
        "aspect, outlet, polarity": {"aspect": aspect, "outlet": outlet, "polarity": "-1"},
    }


def measure(get: Any, rounds: int) -> list[dict[str, Any]]:
    """Ask for every kind of facet in turn; the processor time of the database is read beside it."""
    dice = np.random.default_rng(3)
    times: dict[str, list[tuple[float, float, float]]] = {}
    # a server is young when it is asked; this process has just made a million rows
    gc.collect()
    gc.freeze()
    for turn in range(rounds + 2):
        for name, query in facets(dice).items():
            beside = ground.cpu_seconds(ground.database_pids())
            began, cpu = time.perf_counter(), time.process_time()
            answer = get("/desk/voice/", query)
            spent = (time.perf_counter() - began) * 1000, (time.process_time() - cpu) * 1000
            assert answer.status_code == 200, (query, answer.status_code)
            beside = (ground.cpu_seconds(ground.database_pids()) - beside) * 1000
            if turn >= 2:
                times.setdefault(name, []).append((*spent, beside))
    rows = [_row(name, spent) for name, spent in times.items()]
    return [*rows, _row("all of them", [each for spent in times.values() for each in spent])]


def _row(name: str, spent: list[tuple[float, float, float]]) -> dict[str, Any]:
    walls, cpus = sorted(wall for wall, _, _ in spent), sorted(cpu for _, cpu, _ in spent)
    last = min(len(walls) - 1, int(0.99 * len(walls)))
    return {
        "facets": name,
        "n": len(walls),
        "p50_ms": round(statistics.median(walls), 1),
        "p99_ms": round(walls[last], 1),
        "cpu_p50_ms": round(statistics.median(cpus), 1),
        "cpu_p99_ms": round(cpus[last], 1),
        "database_cpu_ms": round(statistics.mean(beside for _, _, beside in spent), 1),
    }


def signed_in() -> Any:
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from sanbao.rooms.registry.models import Account, Staff  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    browser = Client()
    staff = Staff.objects.get(email="agent@bench.example")
    browser.force_login(Account.objects.get(pk=staff.account_id), "django.contrib.auth.backends.ModelBackend")
    session = browser.session
    session["seen_at"] = int(timezone.now().timestamp())
    session.save()
    return browser


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=ground.DATABASES, default="sqlite")
    parser.add_argument("--texts", type=int, default=610_000)
    parser.add_argument("--rounds", type=int, default=40)
    chosen = parser.parse_args()
    ground.settle(chosen.database)
    ground.open_house()
    places()
    made = fill(chosen.texts)
    rows = measure(signed_in().get, chosen.rounds)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    ground.hand_over(database=chosen.database, texts=chosen.texts, **made, rows=rows, memory_mb=memory)


if __name__ == "__main__":
    main()
