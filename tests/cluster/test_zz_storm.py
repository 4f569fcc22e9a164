import asyncio, time
from tests.cluster.conftest import *
from tests.cluster.house import House

async def test_storm(house):
    n = 30
    t=time.time()
    sessions = [await house.workshop() for _ in range(n)]
    print("made", time.time()-t)
    before = house.postgres.ask("SELECT sum(deadlocks) FROM pg_stat_database")[0][0]
    t=time.time()
    slow=[]
    async def one(at):
        s=time.time(); p = await at.join(); slow.append(time.time()-s); return p
    ps = await asyncio.gather(*(one(at) for _ in range(6) for both in sessions for at in (both.a, both.b)))
    print("joined", len(ps), time.time()-t, "slowest", max(slow), sorted(slow)[len(slow)//2])
    await asyncio.sleep(1.1)
    print("deadlocks", house.postgres.ask("SELECT sum(deadlocks) FROM pg_stat_database")[0][0]-before)
    for s in (house.a, house.b): print(s.log.read_text()[-800:])
    import httpx
    for s in (house.a, house.b):
        text = httpx.get(s.url+"/metrics").text
        print([l for l in text.splitlines() if "lane_failures" in l or "lane_seconds_sum" in l or "lane_seconds_count" in l])
