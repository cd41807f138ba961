//! Attributes of a node: each is asked for by name and type, and one that is left over is refused.

use super::refusal::{malformed, not_allowed, printable};
use crate::engine::pb::{AttributeProto, attribute_proto::AttributeType};
use crate::error::{Error, Result};

/// The attributes of one node that were not asked for yet.
pub(super) struct Attributes<'a> {
    left: Vec<&'a AttributeProto>,
}

impl<'a> Attributes<'a> {
    /// # Errors
    /// [`ErrorKind::ModelMalformed`](crate::ErrorKind) for a name that comes twice, or a reference into a function.
    pub(super) fn new(attributes: &'a [AttributeProto]) -> Result<Self> {
        for (index, attribute) in attributes.iter().enumerate() {
            let name = &attribute.name;
            if !attribute.ref_attr_name.is_empty() {
                return Err(not_allowed("attributes of functions"));
            }
            if attributes[..index].iter().any(|other| other.name == *name) {
                return Err(malformed(format!(
                    "the attribute `{}` is given twice",
                    printable(name)
                )));
            }
        }
        Ok(Attributes {
            left: attributes.iter().collect(),
        })
    }

    /// An attribute of this name, which must be of this type.
    fn take(&mut self, name: &str, kind: AttributeType) -> Result<Option<&'a AttributeProto>> {
        let found = self.left.iter().position(|other| other.name == name);
        let Some(attribute) = found.map(|index| self.left.swap_remove(index)) else {
            return Ok(None);
        };
        if attribute.r#type != kind as i32 {
            return Err(malformed(format!(
                "the attribute `{name}` must be of type {}",
                kind.as_str_name()
            )));
        }
        Ok(Some(attribute))
    }

    pub(super) fn int(&mut self, name: &str) -> Result<Option<i64>> {
        Ok(self
            .take(name, AttributeType::Int)?
            .map(|attribute| attribute.i))
    }

    pub(super) fn int_or(&mut self, name: &str, default: i64) -> Result<i64> {
        Ok(self.int(name)?.unwrap_or(default))
    }

    /// A number that is 0 or 1.
    pub(super) fn flag(&mut self, name: &str, default: bool) -> Result<bool> {
        match self.int_or(name, i64::from(default))? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(malformed(format!(
                "the attribute `{name}` must be 0 or 1, found {other}"
            ))),
        }
    }

    /// A number that may have one value only.
    pub(super) fn only_int(&mut self, name: &str, only: i64) -> Result<()> {
        match self.int_or(name, only)? {
            found if found == only => Ok(()),
            found => Err(not_allowed(&format!("`{name}` {found} in place of {only}"))),
        }
    }

    /// A finite number.
    pub(super) fn float(&mut self, name: &str) -> Result<Option<f32>> {
        let Some(attribute) = self.take(name, AttributeType::Float)? else {
            return Ok(None);
        };
        if attribute.f.is_finite() {
            return Ok(Some(attribute.f));
        }
        Err(malformed(format!(
            "the attribute `{name}` must be a finite number"
        )))
    }

    pub(super) fn float_or(&mut self, name: &str, default: f32) -> Result<f32> {
        Ok(self.float(name)?.unwrap_or(default))
    }

    /// A small positive number that keeps a division from failing.
    pub(super) fn epsilon(&mut self) -> Result<f32> {
        let epsilon = self.float_or("epsilon", 1e-5)?;
        if (0.0..=1.0).contains(&epsilon) {
            return Ok(epsilon);
        }
        Err(malformed("the attribute `epsilon` must be from 0 to 1"))
    }

    pub(super) fn ints(&mut self, name: &str) -> Result<Option<&'a [i64]>> {
        Ok(self
            .take(name, AttributeType::Ints)?
            .map(|attribute| attribute.ints.as_slice()))
    }

    /// A word; others than the known ones are for the caller to refuse.
    pub(super) fn word(&mut self, name: &str) -> Result<Option<&'a str>> {
        let Some(attribute) = self.take(name, AttributeType::String)? else {
            return Ok(None);
        };
        let word = std::str::from_utf8(&attribute.s);
        word.map(Some)
            .map_err(|_| malformed(format!("the attribute `{name}` is no UTF-8")))
    }

    pub(super) fn words(&mut self, name: &str) -> Result<Option<&'a [Vec<u8>]>> {
        Ok(self
            .take(name, AttributeType::Strings)?
            .map(|attribute| attribute.strings.as_slice()))
    }

    /// Refuses an attribute that would change the result and is not supported here.
    pub(super) fn absent(&self, name: &str) -> Result<()> {
        match self.left.iter().any(|other| other.name == name) {
            true => Err(not_allowed(&format!("the attribute `{name}`"))),
            false => Ok(()),
        }
    }

    /// Refuses what was not asked for.
    pub(super) fn finish(&self) -> Result<()> {
        match self.left.first() {
            None => Ok(()),
            Some(attribute) => Err(unknown(&attribute.name)),
        }
    }
}

fn unknown(name: &str) -> Error {
    not_allowed(&format!("the attribute `{}`", printable(name)))
}
