//! `tiprdc pack`.

mod release;

use crate::args::PackArgs;
use crate::failure::{Failure, Result};
use crate::output;
use tiprdc::{Encoder, Manifest, embed_manifest, read_manifest};

pub fn run(args: &PackArgs) -> Result {
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
        output::print(&format!(
            "wrote {} ({} bytes, sha256 {})",
            args.out.display(),
            bytes.len(),
            encoder.digest()
        ));
    }
    Ok(())
}

fn manifest(args: &PackArgs, model: &[u8]) -> Result<Manifest> {
    let Some(path) = &args.manifest else {
        return Ok(read_manifest(model)?);
    };
    toml::from_str(&output::read_text(path)?)
        .map_err(|error| Failure::input(format!("{}: {error}", path.display())))
}
