//! What is fitted in closed form: principal components, and the erasure of an attribute.
//!
//! Products of all rows run in burn, in f32; everything small is f64.

mod components;
mod convert;
mod erasure;
mod rows;
mod shrinkage;

pub(crate) use components::Components;
pub(crate) use convert::{matrix, tensor, vector};
pub(crate) use erasure::Erasure;
pub(crate) use rows::Rows;
