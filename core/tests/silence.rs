//! What a caught panic prints: nothing. Run in a process of its own, whose standard error is read.

use std::process::Command;
use tiprdc::catch_quietly;

/// Set in the process whose standard error is read.
const CHILD: &str = "TIPRDC_TEST_SILENCE";

/// The standard error of `test`, run alone in a new process.
fn stderr_of(test: &str) -> String {
    let program = std::env::current_exe().expect("the test's own program");
    let run = Command::new(program)
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, "1")
        .output()
        .expect("the test's own program runs");
    assert!(run.status.success(), "{run:?}");
    String::from_utf8_lossy(&run.stderr).into_owned()
}

#[test]
fn panics_of_the_engine_are_silent_and_those_of_the_app_are_not() {
    let printed = stderr_of("child");
    for quiet in ["canary", "silence.rs"] {
        assert!(!printed.contains(quiet), "{printed}");
    }
    for loud in ["the app's hook: before", "the app's hook: beside"] {
        assert!(printed.contains(loud), "{printed}");
    }
    assert!(printed.contains("the app's hook: after"), "{printed}");
}

#[test]
fn child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("the app's hook: {}", panic.payload_as_str().unwrap_or("?"));
    }));
    let loud = |words: &'static str| std::thread::spawn(move || panic!("{words}")).join();
    loud("before").expect_err("it panics");
    catch_quietly(|| panic!("canary")).expect_err("it panics");
    catch_quietly(|| {
        loud("beside").expect_err("another thread is not quiet");
        let nested = catch_quietly(|| panic!("canary"));
        nested.expect_err("it panics");
        panic!("canary")
    })
    .expect_err("it panics");
    std::panic::catch_unwind(|| panic!("after")).expect_err("it panics");
}
