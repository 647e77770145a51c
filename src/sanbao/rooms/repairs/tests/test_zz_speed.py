import time, cProfile, pstats
import pytest
from datetime import timedelta
from django.db import connection
from django.test.utils import CaptureQueriesContext
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house, outlet
from sanbao.rooms.parts.tests.factories import item, stock
from sanbao.rooms.repairs import services
from sanbao.rooms.repairs.tests import factories as f
from sanbao.rooms.registry.tests.factories import owner_actor

@pytest.mark.django_db
def test_speed():
    for n in range(40): outlet(f"X{n:02}", seats=200)
    o=outlet("BJ01", seats=200, walk_in_share=0)
    stock(item(), o, on_hand=10000)
    phones=[f.bought_device() for _ in range(100)]
    NOW=house(TOMORROW_10)
    def life(p):
        n=f.booked(phone=p)
        services.accept(NOW,n,intake=f.INTAKE)
        services.clear(NOW,n,finding="confirmed",diagnosis="x",items=["SCREEN-P1"])
        services.finish(NOW,n,resolution="x")
        services.hand_back(NOW,n)
    life(phones[0])
    p=phones[1]
    steps=[]
    for name,act in [("book",lambda: f.booked(phone=p))]:
        with CaptureQueriesContext(connection) as c: n=act()
        steps.append((name,len(c)))
        if name=="book":
            print("\n".join(q["sql"][:150] for q in c.captured_queries))
    for name,act in [("accept",lambda: services.accept(NOW,n,intake=f.INTAKE)),("clear",lambda: services.clear(NOW,n,finding="confirmed",diagnosis="x",items=["SCREEN-P1"])),("finish",lambda: services.finish(NOW,n,resolution="x")),("hand_back",lambda: services.hand_back(NOW,n))]:
        with CaptureQueriesContext(connection) as c: act()
        steps.append((name,len(c)))
    print(steps)
    t=time.process_time()
    pr=cProfile.Profile(); 
    for p in phones[2:52]: life(p)
    print("ms per life", (time.process_time()-t)/50*1000)
    pr.enable()
    for p in phones[52:82]: life(p)
    pr.disable()
    pstats.Stats(pr).sort_stats("cumtime").print_stats(45)
