//! The `tiprdc` command.
//!
//! Exit codes: 0 good, 1 the audit's gate failed, 2 bad usage or input, 3 internal, 130 stopped by Ctrl-C.

mod args;
mod commands;
mod failure;
mod output;
mod progress;
mod stop;

use args::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Demo(args) => commands::demo::run(&args),
        Command::Train(args) => commands::train::run(&args),
        Command::Sweep(args) => commands::sweep::run(&args),
        Command::Audit(args) => commands::audit::run(&args),
        Command::Encode(args) => commands::encode::run(&args),
        Command::Inspect(args) => commands::inspect::run(&args),
        Command::Pack(args) => commands::pack::run(&args),
        Command::Resolve(args) => commands::resolve::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::error(&failure);
            ExitCode::from(failure.code())
        }
    }
}
