//! `tiprdc completions`.

use crate::args::{Arguments, CompletionsArgs};
use crate::output;
use clap::CommandFactory;

pub fn run(args: &CompletionsArgs) {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Arguments::command(), "tiprdc", &mut script);
    output::print_as_is(&script);
}
