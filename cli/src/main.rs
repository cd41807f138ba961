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
use output::Volume;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    output::set_volume(match (arguments.quiet, arguments.verbose) {
        (true, _) => Volume::Quiet,
        (_, true) => Volume::Verbose,
        _ => Volume::Normal,
    });
    let result = match arguments.command {
        Command::Demo(args) => commands::demo::run(&args),
        Command::Init(args) => commands::init::run(&args.with_whole_names()),
        Command::Train(args) => commands::train::run(&args),
        Command::Sweep(args) => commands::sweep::run(&args),
        Command::Audit(args) => commands::audit::run(&args.with_whole_names()),
        Command::Encode(args) => commands::encode::run(&args),
        Command::Inspect(args) => commands::inspect::run(&args),
        Command::Pack(args) => commands::pack::run(&args),
        Command::Resolve(args) => commands::resolve::run(&args),
        Command::Completions(args) => {
            commands::completions::run(&args);
            Ok(())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::error(&failure);
            ExitCode::from(failure.code())
        }
    }
}
