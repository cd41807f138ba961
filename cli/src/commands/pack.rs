//! `tiprdc pack`.

mod release;

use crate::args::PackArgs;
use crate::failure::{Failure, Result};
use crate::output;
use tiprdc::{Encoder, Manifest, embed_manifest, read_manifest};
use tiprdc_train::toml_problem;

pub fn run(args: &PackArgs) -> Result {
    output::check_out(&args.out, args.json)?;
    let model = output::read(&args.model)?;
    let mut manifest = manifest(args, &model)?;
    if release::change(&mut manifest, &args.release)? && manifest.audit.take().is_some() {
        output::note("the summary of an audit is left out: it was of another release");
    }
    let bytes = embed_manifest(&model, &manifest)?;
    let encoder = Encoder::from_bytes(&bytes)?;
    output::write(&args.out, &bytes)?;
    if args.json {
        output::print_json(&output::describe(&args.out, &encoder));
    } else {
        let (length, digest) = (bytes.len(), encoder.digest());
        output::wrote(&args.out, &format!("({length} bytes, sha256 {digest})"));
    }
    Ok(())
}

fn manifest(args: &PackArgs, model: &[u8]) -> Result<Manifest> {
    let Some(path) = &args.manifest else {
        return Ok(read_manifest(model)?);
    };
    let text = output::read_text(path)?;
    toml::from_str(&text).map_err(|error| {
        Failure::input(format!(
            "{}: {}",
            path.display(),
            toml_problem(&text, &error)
        ))
    })
}
