package two
import "testing"
func TestPasses(t *testing.T) {}
