//! Records that a program hands over.

use serde::{Deserialize, Serialize};

use super::{DataError, Dataset};

/// Records that a program handed over as arrays: a run that says so is complete but for them.
///
/// No file can bring them back, and so loading it is an error that says what to do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemoryConfig {
    /// The data set's name in reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Columns that are categories though most of their texts are numbers, or tell records apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categorical: Vec<String>,
}

impl MemoryConfig {
    pub(super) fn load(&self) -> Result<Dataset, DataError> {
        let expected =
            "a data set in files; the records of this run were handed over by a program, which must hand them over again"
                .to_owned();
        Err(DataError::Config {
            option: "kind",
            expected,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::Run;

    #[test]
    fn a_run_on_records_in_memory_is_kept_and_cannot_be_loaded() {
        let run = "name = \"m\"\n[dataset]\nkind = \"memory\"\nname = \"mine\"\n[encoder]\narchitecture = \"mlp\"\n\
                   [method]\nkind = \"raw\"\n";
        let run = Run::from_toml(run, &[] as &[&str]).expect("good");
        let same = Run::from_toml(&run.to_toml(), &[] as &[&str]).expect("good");
        assert_eq!(same, run);
        let error = run
            .dataset
            .load("nowhere".as_ref(), &mut |_| {})
            .unwrap_err();
        assert!(
            error.to_string().contains("handed over by a program"),
            "{error}"
        );
    }
}
