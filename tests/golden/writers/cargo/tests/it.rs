#[test] fn passes() {}
