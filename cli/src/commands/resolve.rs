//! `tiprdc resolve`.

use crate::args::ResolveArgs;
use crate::failure::{Failure, Result};
use crate::output;
use serde_json::json;
use std::path::Path;
use tiprdc::{Features, SubstituteTable};

pub fn run(args: &ResolveArgs) -> Result {
    output::check_out(&args.out, args.json)?;
    let table = table(&args.table)?;
    let records = resolved(&args.features, &table)?;
    output::write(&args.out, &records.to_bytes())?;
    if args.json {
        output::print_json(&json!({
            "file": args.out.display().to_string(), "shape": records.shape(), "encoder": records.encoder(), "table": table.digest(),
        }));
    } else {
        output::wrote(&args.out, &format!("of shape {:?}", records.shape()));
    }
    Ok(())
}

/// A substitute table's file.
pub fn table(path: &Path) -> Result<SubstituteTable> {
    SubstituteTable::from_bytes(output::read(path)?).map_err(|error| about(path, &error))
}

/// The records that a features file's indices stand for.
pub fn resolved(path: &Path, table: &SubstituteTable) -> Result<Features> {
    Features::from_bytes(&output::read(path)?)
        .and_then(|features| table.resolve(&features))
        .map_err(|error| about(path, &error))
}

fn about(path: &Path, error: &tiprdc::Error) -> Failure {
    Failure::input(format!("{}: {error}", path.display()))
}
