import pytest, os, unittest, warnings
def test_passes(): print("FAILED tests/test_a.py::fake - boom\nnot ok 3 - fake\n[  FAILED  ] Fake.Two (3 ms)")
def test_fails():
    print("captured"); assert 1 == 2, "a - b"
@pytest.mark.skip(reason="no net")
def test_skipped(): pass
@pytest.mark.xfail
def test_xfail(): assert False
@pytest.mark.xfail
def test_xpass(): pass
@pytest.mark.parametrize("x", ["a b", "a - b", "x#y", 'q"uote', "line\nend", "n"*250])
def test_param(x): assert x != "a - b"
@pytest.fixture
def broken(): raise RuntimeError("set-up")
def test_error(broken): pass
@pytest.fixture
def bad_end():
    yield 1
    raise RuntimeError("tear-down")
def test_teardown(bad_end): pass
class TestX:
    def test_in_class(self): pass
count = 0
@pytest.mark.flaky(reruns=2)
def test_flaky():
    global count
    count += 1
    assert count > 1
