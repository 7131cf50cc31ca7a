use Test::More tests => 3; ok(1, "one"); exit 0 if $ENV{QUIET}; ok(1,"two"); kill 9, $$ if $ENV{CRASH}; ok(1,"three");
