use Test::More;
ok(1, "passes"); ok(0, "fails - really"); SKIP: { skip "no net", 1; } TODO: { local $TODO = "later"; ok(0, "todo"); }
subtest "group" => sub { plan tests => 2; ok(1, "one"); ok(1, "hash # in name"); };
subtest "bad group" => sub { plan tests => 2; ok(1, "one"); ok(0, "two"); };
ok(1, "works"); ok(1, "works"); print "Loading..."; ok(1, "glued");
done_testing;
