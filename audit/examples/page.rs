//! Reads an `audit.json` and writes it as a page for a browser.
//!
//! ```text
//! cargo run --release --example page -- audit.json audit.html
//! ```

use std::error::Error;
use std::fs;

use tiprdc_audit::Report;

fn main() -> Result<(), Box<dyn Error>> {
    let mut paths = std::env::args_os().skip(1);
    let (Some(json), Some(html)) = (paths.next(), paths.next()) else {
        return Err("usage: page AUDIT.json PAGE.html".into());
    };
    let report: Report = serde_json::from_slice(&fs::read(json)?)?;
    fs::write(html, report.to_html())?;
    Ok(())
}
