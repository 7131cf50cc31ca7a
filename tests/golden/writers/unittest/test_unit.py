import unittest
class T(unittest.TestCase):
    def test_passes(self): print("FAIL: fake")
    def test_fails(self):
        """A docstring."""
        self.assertEqual(1, 2)
    def test_error(self): raise RuntimeError("x")
    @unittest.skip("later")
    def test_skipped(self): pass
    @unittest.expectedFailure
    def test_xfail(self): self.fail()
    @unittest.expectedFailure
    def test_xpass(self): pass
    def test_sub(self):
        for i in range(3):
            with self.subTest(i=i): self.assertNotEqual(i, 1)
class S(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise RuntimeError("no db")
    def test_never(self): pass
if __name__ == "__main__": unittest.main()
