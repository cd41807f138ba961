//! One opaque error, one flat list of kinds with stable numbers.

use crate::shown::shown_line;
use std::error::Error as StdError;
use std::fmt;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Writes the list of kinds once, so that number, name and meaning cannot come apart.
macro_rules! error_kinds {
    (
        $(#[$on_enum:meta])*
        pub enum ErrorKind { $($(#[doc = $meaning:literal])+ $name:ident = $code:literal,)+ }
    ) => {
        $(#[$on_enum])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(i32)]
        pub enum ErrorKind {
            $($(#[doc = $meaning])+ $name = $code,)+
        }

        impl ErrorKind {
            /// All kinds, by number.
            pub const ALL: &'static [ErrorKind] = &[$(ErrorKind::$name,)+];

            /// The name of this kind, as in Rust; other languages spell it in their own way.
            pub const fn name(self) -> &'static str {
                match self {
                    $(ErrorKind::$name => stringify!($name),)+
                }
            }

            /// One sentence on what this kind means.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(ErrorKind::$name => concat!($($meaning),+).trim(),)+
                }
            }
        }
    };
}

error_kinds! {
    /// What went wrong, for code that wants to react; the numbers are shared by every language and never reused.
    ///
    /// 100..199 concern the encoder file, 200..299 what the caller passed in, 300..399 features, 900..999 this library.
    /// The same list is in `testdata/vectors/errors.json`, for tests of every language.
    pub enum ErrorKind {
        /// The encoder file could not be read from disk.
        FileUnreadable = 100,
        /// The encoder file is larger than the limit set on the builder.
        ModelTooLarge = 101,
        /// The file is not a readable ONNX model, or the model cannot be executed.
        ModelMalformed = 102,
        /// The model uses an operator, or another ONNX feature, that encoders may not use.
        OperatorNotAllowed = 103,
        /// The model carries no manifest.
        ManifestMissing = 110,
        /// The manifest is not valid: bad JSON, a missing field or an impossible value.
        ManifestInvalid = 111,
        /// The manifest asks for something that this version does not know.
        ManifestUnsupported = 112,
        /// The manifest and the graph disagree on shapes or types.
        ManifestMismatch = 113,
        /// The input is of another kind (image, series, record, tensor) than the encoder takes.
        InputKind = 200,
        /// The input has another size or shape than the encoder takes.
        InputShape = 201,
        /// The input holds NaN or an infinite number.
        InputNotFinite = 202,
        /// A field of a record is missing, doubled, unknown, or of the wrong type.
        InputField = 203,
        /// The caller's output buffer has the wrong size.
        OutputSize = 204,
        /// An argument is missing, closed, or none of those that the function knows.
        Argument = 205,
        /// A features file is damaged, or its parts disagree.
        FeaturesMalformed = 300,
        /// The network of an exact release gave NaN or an infinite number; nothing left the device.
        FeaturesNotFinite = 301,
        /// A substitute table is damaged, or has an impossible size.
        TableMalformed = 302,
        /// Features and a substitute table do not belong together.
        TableMismatch = 303,
        /// A failure inside this library; please report it.
        Internal = 900,
        /// The operating system gave no random numbers, and a random release needs them.
        RandomnessUnavailable = 901,
    }
}

impl ErrorKind {
    /// The stable number of this kind.
    pub const fn code(self) -> i32 {
        self as i32
    }
}

/// Why an operation failed: a [kind](ErrorKind), a message that says what was expected and what came, and the cause.
///
/// # Privacy
/// Messages hold shapes, counts, field names of the manifest and paths of encoder files. They never hold input
/// values, labels or feature values.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            kind,
            // Names in it may be a hostile file's.
            message: shown_line(&message.into()),
            source: None,
        }))
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_word_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
