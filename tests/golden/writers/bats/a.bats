@test "passes" { true; }
@test "fails - x # y" { echo said; false; }
@test "skipped" { skip "no net"; }
