//! The report as one page for a browser or a printer: no scripts, nothing fetched.

mod attribute;
mod bars;
mod escape;
mod glance;
mod marks;
mod page;
mod picture;
mod plane;
mod rest;
mod sweep;

use crate::report::Report;

impl Report {
    /// The report as one self-contained HTML page: inline style and pictures, no scripts, nothing fetched.
    ///
    /// It follows the reader's light or dark setting, fits a telephone, and prints with every table open. The same
    /// report gives the same bytes. All names are escaped, whatever they hold.
    ///
    /// # Privacy
    ///
    /// It says what the report says: counts, scores and names of attributes; never class names, labels or features.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # let json = String::new();
    /// let report: tiprdc_audit::Report = serde_json::from_str(&json)?;
    /// std::fs::write("audit.html", report.to_html())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_html(&self) -> String {
        page::page(self)
    }
}
