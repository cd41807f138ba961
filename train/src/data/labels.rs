//! Labels as a file: what the audit reads beside the features.

use std::io::{self, Write};

use super::Split;

/// Writes the labels of a split as CSV: a header, then one row per record in the records' order.
///
/// One column per attribute holds class names; a last column `group` holds the group's number where the split
/// has groups.
///
/// # Errors
///
/// What `output` returns, or [`io::ErrorKind::InvalidInput`] for a split whose labels and records differ in
/// number or whose codes name no class.
///
/// # Examples
///
/// ```
/// use tiprdc_train::{Attribute, Records, Series, Split, export_labels_csv};
///
/// let records = Records::Series(Series { channels: 1, steps: 2, rate_hz: 50.0, data: vec![0.0; 4], recordings: None });
/// let gender = Attribute { name: "gender".into(), classes: vec!["f".into(), "m".into()], codes: vec![1, 0] };
/// let split = Split { records, attributes: vec![gender], groups: Some(vec![7, 9]) };
/// let mut csv = Vec::new();
/// export_labels_csv(&split, &mut csv)?;
/// assert_eq!(csv, b"gender,group\nm,7\nf,9\n");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn export_labels_csv(split: &Split, output: impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(output);
    let names = split
        .attributes
        .iter()
        .map(|attribute| attribute.name.as_str());
    writer.write_record(names.chain(split.groups.as_ref().map(|_| "group")))?;
    let wrong = || {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            "expected one known class and group per record",
        )
    };
    for row in 0..split.len() {
        let class = |attribute: &super::Attribute| {
            let code = *attribute.codes.get(row)?;
            attribute.classes.get(code as usize).cloned()
        };
        let mut cells = split
            .attributes
            .iter()
            .map(class)
            .collect::<Option<Vec<String>>>()
            .ok_or_else(wrong)?;
        if let Some(groups) = &split.groups {
            cells.push(groups.get(row).ok_or_else(wrong)?.to_string());
        }
        writer.write_record(&cells)?;
    }
    writer.flush()
}
