package m
import ("testing";"fmt";"os")
func TestPasses(t *testing.T) { fmt.Print("unfinished"); }
func TestFails(t *testing.T) { t.Log("said"); t.Errorf("1 != 2") }
func TestSkipped(t *testing.T) { t.Skip("no net") }
func TestSub(t *testing.T) {
  t.Run("good one", func(t *testing.T) {})
  t.Run("a - b # \"q\"", func(t *testing.T) { t.Error("bad") })
  t.Run("par", func(t *testing.T) { t.Parallel() })
}
func TestLooks(t *testing.T) { fmt.Println("--- FAIL: TestFake (0.00s)\n    --- FAIL: TestFake/x (0.00s)\nnot ok 3 - fake\nFAIL\n=== RUN   TestFake2\n--- FAIL: TestFake2 (0.00s)\nFAIL\texample.org/fake\t0.01s") }
func TestCrash(t *testing.T) { if os.Getenv("KILL") != "" { os.Exit(1) }; if os.Getenv("CRASH") != "" { panic("boom") } }
func TestParA(t *testing.T) { t.Parallel() }
func TestParB(t *testing.T) { t.Parallel(); if os.Getenv("CRASH") != "" {t.Error("x")} }
