//! Which columns of labels are wanted, and what for.

use crate::error::{AuditError, AuditErrorKind};

/// Which columns of a labels file mean what.
///
/// # Examples
///
/// ```
/// use tiprdc_audit::LabelColumns;
///
/// let columns = LabelColumns {
///     private: vec!["sex".into(), "age".into()],
///     continuous: vec!["age".into()],
///     groups: Some("person".into()),
///     ..LabelColumns::default()
/// };
/// # assert!(columns.tasks.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelColumns {
    /// Attributes to be hidden.
    pub private: Vec<String>,
    /// Attributes to be kept.
    pub tasks: Vec<String>,
    /// Which of the private and task attributes are numbers to be estimated, and not classes.
    pub continuous: Vec<String>,
    /// Column that says which person a row is from.
    pub groups: Option<String>,
    /// Column that says which record a row is a draw of, for a release that is random.
    pub records: Option<String>,
}

impl LabelColumns {
    /// Every column once.
    pub(crate) fn names(&self) -> Vec<&str> {
        let attributes = self.private.iter().chain(&self.tasks);
        let mut names: Vec<&str> = Vec::new();
        for name in attributes.chain(&self.groups).chain(&self.records) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// The attributes that are classes.
    pub(crate) fn classes(&self) -> impl Iterator<Item = &str> {
        let attributes = self.private.iter().chain(&self.tasks).map(String::as_str);
        attributes.filter(|name| !self.continuous.iter().any(|other| other == name))
    }

    /// Refuses a continuous column that is no attribute.
    pub(crate) fn check(&self) -> Result<(), AuditError> {
        let attribute = |name: &&String| !self.private.contains(name) && !self.tasks.contains(name);
        match self.continuous.iter().find(attribute) {
            None => Ok(()),
            Some(name) => Err(AuditError::new(
                AuditErrorKind::Options,
                format!(
                    "`{name}` is said to be continuous, but is neither a private attribute nor a task"
                ),
            )),
        }
    }
}
