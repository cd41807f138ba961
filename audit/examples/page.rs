//! Reads an `audit.json` or a `sweep.json` and writes it as a page for a browser.
//!
//! ```text
//! cargo run --release --example page -- audit.json audit.html
//! ```

use std::error::Error;
use std::fs;

use tiprdc_audit::{Report, Sweep};

fn main() -> Result<(), Box<dyn Error>> {
    let mut paths = std::env::args_os().skip(1);
    let (Some(json), Some(html)) = (paths.next(), paths.next()) else {
        return Err("usage: page AUDIT.json|SWEEP.json PAGE.html".into());
    };
    let value: serde_json::Value = serde_json::from_slice(&fs::read(json)?)?;
    let page = if value.get("points").is_some() {
        serde_json::from_value::<Sweep>(value)?.to_html()
    } else {
        serde_json::from_value::<Report>(value)?.to_html()
    };
    fs::write(html, page)?;
    Ok(())
}
