def test_a(scene):
    from tests.access.scene import state
    import time
    t=time.time(); s=state(); print(time.time()-t)
    assert state()==s
    for p in ("board","secretary","nobody","disabled","anonymous"):
        t=time.time()
        print(p, scene.client(p).get("/").status_code, time.time()-t)
def test_b(scene): pass
