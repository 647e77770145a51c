"""Texts are read, read again and left out by several at once: their cells still hold what a recount finds."""

import pytest
from django.db import transaction
from tests.races.test_outlets import together

from sanbao.base.db import lock_rows
from sanbao.rooms.feedback import services
from sanbao.rooms.feedback.adapters import cube
from sanbao.rooms.feedback.models import Mention, Voice
from sanbao.rooms.feedback.tests.factories import HOUSE, READER, rows

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@transaction.atomic
def turn_over(keys):
    """Leave these texts out, or let them count again."""
    held = lock_rows(Voice.objects.filter(pk__in=keys))
    cube.take([voice.pk for voice in held])
    for voice in held:
        counts = not voice.counts
        Voice.objects.filter(pk=voice.pk).update(counts=counts, aside="" if counts else "left_out")
        Mention.objects.filter(voice=voice).update(counts=counts)
    cube.add([voice.pk for voice in held])


def test_cells_are_right_after_readers_and_deciders_at_once():
    services.add_texts(HOUSE, rows=rows(60), name="a")
    services.read_unread(HOUSE, READER, most=30, version="one")
    keys = list(Voice.objects.order_by("id").values_list("pk", flat=True))

    def act(number):
        if number == 0:
            return services.read_unread(HOUSE, READER, version="two")
        if number == 1:
            return services.read_again(HOUSE, READER, version="two")
        return turn_over(keys[:40] if number % 2 else keys[40:10:-1])

    results = together(6, act)
    assert results.count("won") == 6, results
    assert cube.differences() == 0


def test_two_recounts_and_a_reader_at_once_leave_right_cells():
    services.add_texts(HOUSE, rows=rows(40), name="a")
    services.read_unread(HOUSE, READER, most=20, version="one")
    acts = (cube.rebuild, cube.rebuild, lambda: services.read_unread(HOUSE, READER, version="one"))
    assert together(3, lambda number: acts[number]()) == ["won"] * 3
    assert cube.differences() == 0
