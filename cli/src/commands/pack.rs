//! `tiprdc pack`.

use crate::args::PackArgs;
use crate::failure::{Failure, Result};
use crate::output;
use tiprdc::{Encoder, Manifest, embed_manifest};

pub fn run(args: &PackArgs) -> Result {
    let model = output::read(&args.model)?;
    let manifest: Manifest = toml::from_str(&output::read_text(&args.manifest)?)
        .map_err(|error| Failure::input(format!("{}: {error}", args.manifest.display())))?;
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
