//! What every reader returns: raw records, their labels, and who they belong to.

use tiprdc_files::Image;

/// The code of a missing value in a categorical column.
pub const MISSING_CODE: u32 = u32::MAX;

/// Raw training and test records of one data set.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// The name that reports and manifests show.
    pub name: String,
    /// Records that encoders, adversaries and attackers are fitted on.
    pub train: Split,
    /// Records that everything is measured on; never used for fitting.
    pub test: Split,
}

/// One side of a data set: `n` records, `n` labels per attribute, and optionally `n` groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// The raw input records.
    pub records: Records,
    /// The labels; the same attributes in the same order in `train` and `test`.
    pub attributes: Vec<Attribute>,
    /// Which person (or other group) each record comes from, for intervals that respect it. Ids mean the same
    /// in `train` and `test`.
    pub groups: Option<Vec<u32>>,
}

impl Split {
    /// The number of records.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are no records.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The labels of the attribute called `name`.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }
}

/// Raw input records of one kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Records {
    /// Named numeric and categorical columns.
    Table(Table),
    /// Windows of a multi-channel signal.
    Series(Series),
    /// Decoded pictures, each of its own size.
    Images(Vec<Image>),
}

impl Records {
    /// The number of records.
    pub fn len(&self) -> usize {
        match self {
            Self::Table(table) => table.len(),
            Self::Series(series) => series.len(),
            Self::Images(images) => images.len(),
        }
    }

    /// Whether there are no records.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Input columns of a table, all of the same length.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The columns, in file order; the same names and kinds in `train` and `test`.
    pub columns: Vec<TableColumn>,
}

impl Table {
    /// The number of rows.
    pub fn len(&self) -> usize {
        self.columns.first().map_or(0, TableColumn::len)
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The column called `name`.
    pub fn column(&self, name: &str) -> Option<&TableColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// One input column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableColumn {
    /// The column's name in the file's header.
    pub name: String,
    /// One value per row.
    pub values: ColumnValues,
}

impl TableColumn {
    /// The number of rows.
    pub fn len(&self) -> usize {
        match &self.values {
            ColumnValues::Numeric(values) => values.len(),
            ColumnValues::Categorical { codes, .. } => codes.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The values of one input column.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnValues {
    /// Finite numbers in the file's own units; NaN means missing. In f64, so that the mean is subtracted before a
    /// number is rounded.
    Numeric(Vec<f64>),
    /// Names out of a list.
    Categorical {
        /// The names seen in training rows, sorted; the same list in `train` and `test`.
        categories: Vec<String>,
        /// Indices into `categories`; [`MISSING_CODE`] means missing, or not seen in training.
        codes: Vec<u32>,
    },
}

/// Windows of a multi-channel signal.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Channels per window.
    pub channels: usize,
    /// Time steps per window.
    pub steps: usize,
    /// Samples per second, in hertz.
    pub rate_hz: f32,
    /// The samples in the file's own units, row-major `[n, channels, steps]`.
    pub data: Vec<f32>,
    /// A number for the recording that each window was cut from, where that is known; the windows of one recording stand
    /// together.
    pub recordings: Option<Vec<u32>>,
}

impl Series {
    /// The number of windows.
    pub fn len(&self) -> usize {
        self.data
            .len()
            .checked_div(self.channels * self.steps)
            .unwrap_or(0)
    }

    /// Whether there are no windows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The samples of one window, row-major `[channels, steps]`, or `None` past the end.
    pub fn window(&self, index: usize) -> Option<&[f32]> {
        let size = self.channels * self.steps;
        let start = index.checked_mul(size)?;
        self.data.get(start..start.checked_add(size)?)
    }
}

/// The labels of one attribute, private or task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name that runs and reports use.
    pub name: String,
    /// The class names; the same list in `train` and `test`.
    pub classes: Vec<String>,
    /// One index into `classes` per record.
    pub codes: Vec<u32>,
}

impl Attribute {
    /// The number of records of each class, in the order of `classes`.
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes.len()];
        for &code in &self.codes {
            if let Some(count) = counts.get_mut(code as usize) {
                *count += 1;
            }
        }
        counts
    }
}
