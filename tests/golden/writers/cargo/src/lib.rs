//! ```
//! assert_eq!(1, 1);
//! ```
#[cfg(test)]
mod tests {
    #[test] fn passes() { print!("unfinished"); }
    #[test] fn fails() { println!("said"); assert_eq!(1, 2, "because"); }
    #[test] #[ignore = "no net"] fn skipped() {}
    #[test] #[should_panic] fn panics() { panic!("x"); }
    #[test] fn looks() { println!("test fake ... FAILED\nnot ok 3 - fake\nfailures:\n    fake\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s"); }
    #[test] fn crashes() { if std::env::var("CRASH").is_ok() { std::process::abort(); } }
}
