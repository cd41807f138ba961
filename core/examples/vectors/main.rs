//! Writes `testdata/`: the encoders, files and expectations that tests of all languages share.
//!
//! ```text
//! cargo run --release --workspace --example vectors
//! ```

#[path = "../../tests/support/mod.rs"]
mod support;

use std::io::Result;
use std::path::Path;

fn main() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata");
    let files = support::vectors::files();
    for (path, bytes) in &files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a path below the folder"))?;
        std::fs::write(path, bytes)?;
    }
    println!("wrote {} files", files.len());
    Ok(())
}
